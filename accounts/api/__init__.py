"""The API of accounts: signing in by token, and one's own account."""
