"""What hangs the doors into one application, lets requests in, and puts it behind a port."""
