"""Requests on their way: faults, limits, the journal and what it masks."""
