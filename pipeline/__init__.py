"""From bytes to refined records: a plain Python library, without Django, a database or the apps."""
