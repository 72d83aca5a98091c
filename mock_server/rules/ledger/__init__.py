"""The rule ledger as data: one module per family, in the order in which a reader meets them.

Read it through `mock_server.rules.catalogue` (rules) and `mock_server.rules.codes` (codes).
"""
