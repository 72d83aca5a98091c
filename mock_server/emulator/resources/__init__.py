"""What an account holds beside events and orders: a module for each resource."""
