"""The rule ledger as data: one module per family, in the order in which a reader meets them.

Read it through `mock_server.ledger.catalogue` (rules) and `mock_server.ledger.codes` (codes).
"""
