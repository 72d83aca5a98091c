"""What an account holds besides events and orders: a module for each resource."""
