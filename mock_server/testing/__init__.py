"""The door for test code: a server in a thread, assertions, interception, the pytest plugin.

Nothing is imported here: pytest loads the plugin in every project it is installed in, and that must
cost nothing where it is not used. `MockServer` is in `mock_server` itself.
"""
