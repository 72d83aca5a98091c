"""Reports on an account: counts, coverage, revenue, RFM, metrics."""
