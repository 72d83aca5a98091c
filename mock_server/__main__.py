"""`python -m mock_server` is `yespo-mock`."""

from mock_server.cli import main

main(prog_name="yespo-mock")
