"""What an event says and what it is: envelope, parameters, event type, past and internal events."""
