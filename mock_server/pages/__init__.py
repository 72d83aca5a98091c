"""What is made for people to look at: sentences, marked bodies, code, charts, the search box."""
