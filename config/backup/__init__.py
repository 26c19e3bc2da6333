"""Backups: made, kept, and restored on an empty machine (docs/backup.md, decisions/0130)."""
