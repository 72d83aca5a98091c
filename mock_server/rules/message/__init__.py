"""MSG: what a message shows of an event."""
