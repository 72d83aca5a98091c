"""What is made of an account when somebody asks: counts, coverage, revenue, RFM, metrics."""
