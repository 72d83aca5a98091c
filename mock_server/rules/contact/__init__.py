"""Whose an event is, and what a request does to contacts."""
