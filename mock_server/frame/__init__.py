"""One application of all doors, admission of requests, and a server behind a port."""
