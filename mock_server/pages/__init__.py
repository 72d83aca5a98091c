"""Presentation for people: sentences, marked bodies, code, charts, the search box."""
