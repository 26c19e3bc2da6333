"""Notices: what one person is told, once, in their list, by mail, and on their devices."""
