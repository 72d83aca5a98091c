"""The rule ledger as data; read it through `catalogue` (rules) and `codes` (codes)."""
