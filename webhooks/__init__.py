"""Outgoing webhooks: changes of events, signed and sent to addresses of people's choice (Standard Webhooks)."""
