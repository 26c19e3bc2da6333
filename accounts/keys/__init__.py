"""API keys: how a program of a person asks without a password, with some of their rights and for some time."""
