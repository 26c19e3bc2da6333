"""Bytes to refined records. Plain Python: neither Django nor a database, nothing of the apps; a library that they and the
commands use."""
