"""Which contacts a segment selects."""
