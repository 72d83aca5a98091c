"""Rules of orders: changes by events and imports, and sales, RFM and revenue."""
