"""Entries and links can only be inserted; each new entry waits for its link.

The functions are our own, without pgtrigger's `ignore`, which any session could set.
"""

from django.db import migrations

_REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
_AWAIT = """
CREATE FUNCTION audit_await_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unchained (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_awaits_link AFTER INSERT ON audit_entry FOR EACH ROW WHEN (NEW.is_chained) EXECUTE FUNCTION audit_await_link();
"""
_ONE_LINE = """
ALTER TABLE audit_entry ADD CONSTRAINT entry_in_lines CHECK (position(E'\\n' IN action || actor || target || before || after || request_id || note_hash) = 0);
"""


def _guards(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse();"
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();"
    )


_BACK = """
ALTER TABLE audit_entry DROP CONSTRAINT entry_in_lines;
DROP FUNCTION audit_await_link CASCADE;
DROP FUNCTION audit_refuse CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_entries_links_pseudonyms")]

    operations = [
        migrations.RunSQL(
            _REFUSE + _AWAIT + _ONE_LINE + _guards("audit_entry") + _guards("audit_link"), _BACK
        )
    ]
