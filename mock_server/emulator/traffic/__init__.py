"""What happens to requests on their way: faults, limits, the journal and what it masks."""
