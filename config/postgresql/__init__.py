"""Django's backend for PostgreSQL, for the process that has a pool."""
