"""What an event or an import does to an order, and what orders come to: sales, RFM, revenue."""
