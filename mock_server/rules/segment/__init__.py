"""Rules of segments: the contacts that a segment selects."""
