"""The decisions of the emulated service: pure rules, without clock, Flask or TinyDB."""

from mock_server.rules.judge import judge
