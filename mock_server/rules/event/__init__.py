"""Rules of events: envelope, parameters, event type, past and internal events."""
