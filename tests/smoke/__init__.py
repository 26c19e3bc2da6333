"""Whether an installation does what it is for: `python -m tests.smoke --url https://…`, and a test of the same against real processes."""
