"""What is in memory."""
