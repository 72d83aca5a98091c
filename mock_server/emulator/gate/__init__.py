"""One report for `exec`, `explain`, `verify` and `check`: what happened, and what makes it fail."""
