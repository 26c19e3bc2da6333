"""Tokens of API clients: short access tokens, and refresh tokens in families that rotate."""
