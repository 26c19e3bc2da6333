"""Walking a site's list of events: what to walk, the spider in a child process, and the HTTP client that starts it.
Free of Django."""
