"""How dates are written where a page names no format of its own: in lists and forms of the admin (FORMAT_MODULE_PATH)."""
