"""Writes to the log as somebody does who may switch its triggers off."""

from django.db import connection


def tamper(*statements: str) -> None:
    """Run SQL without triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("RESET session_replication_role")


def empty_log() -> None:
    """What TRUNCATE is refused for otherwise."""
    tamper("TRUNCATE audit_entry, audit_link, audit_unchained, audit_note, audit_pseudonym")
