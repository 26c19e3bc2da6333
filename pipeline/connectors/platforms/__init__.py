"""One named site each."""
