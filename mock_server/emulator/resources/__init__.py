"""The resources of an account besides events and orders, a module for each."""
