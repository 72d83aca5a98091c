"""Rules of contacts: whose an event is, and what a request changes."""
