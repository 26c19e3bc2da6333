"""What in the SQL of a migration blocks readers or writers for longer the more rows a table has, or breaks the code of before.

A migration takes its locks until it ends, so that a statement that reads a whole table is the rest of the site's wait
(PostgreSQL, *Explicit Locking* and *ALTER TABLE*, Notes). Statements on tables that the same migration makes harm nobody.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from django.db.migrations import Migration, RunPython
from django.db.migrations.loader import MigrationLoader

#: Tables that stay small, whatever the site grows to: hundreds of rows, a few thousand at most.
SMALL: Final = frozenset(
    {
        "auth_group", "auth_permission", "django_content_type", "django_site", "django_celery_beat_periodictask",
        "events_category", "flags_flagswitch", "mail_campaign", "moderation_rulesetting", "operations_heartbeat",
        "outbox_cursor", "outbox_epoch", "places_city", "sources_alertrule", "sources_credential", "sources_pause",
        "sources_qualitygate", "sources_source", "texts_sitetext",
    }
)  # fmt: skip
_TABLE: Final = r'(?:ONLY\s+)?"?(?P<table>\w+)"?'
#: What is wrong, and the statement that is so.
_BLOCKS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), said)
    for pattern, said in (
        (rf"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY).*? ON {_TABLE}", "writers wait for an index: AddIndexConcurrently"),
        (rf"ALTER TABLE {_TABLE} ADD CONSTRAINT \S+ (UNIQUE|PRIMARY KEY|EXCLUDE)", "everybody waits for an index: make it concurrently, then USING INDEX"),
        (rf"ALTER TABLE {_TABLE} ADD CONSTRAINT (?!.*NOT VALID).*(CHECK|FOREIGN KEY)", "all rows are checked: AddConstraintNotValid, then ValidateConstraint"),
        (rf"ALTER TABLE {_TABLE} ALTER COLUMN \S+ TYPE (?!varchar|text)", "the table may be written anew: a new column, filled in parts"),
        (rf"ALTER TABLE {_TABLE} ALTER COLUMN \S+ SET NOT NULL", "all rows are checked: a CHECK that is validated before"),
        (rf"ALTER TABLE {_TABLE} ADD COLUMN .*(GENERATED|DEFAULT (now|clock_timestamp|gen_random_uuid|uuid|nextval|random)\b)", "the table is written anew"),
        (rf"(UPDATE|DELETE FROM) {_TABLE}", "all rows in one transaction: in parts, by a command or an own migration with atomic = False"),
        (rf"(LOCK TABLE|CLUSTER|VACUUM FULL|REINDEX TABLE (?!CONCURRENTLY)) ?{_TABLE}", "everybody waits"),
    )
)  # fmt: skip
_BREAKS: Final = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), said)
    for pattern, said in (
        (rf"ALTER TABLE {_TABLE} DROP COLUMN", "the code of before still reads it: stop using it one release earlier"),
        (rf"ALTER TABLE {_TABLE} RENAME", "the code of before knows the old name"),
        (rf"DROP TABLE {_TABLE}", "the code of before still reads it: stop using it one release earlier"),
        (rf"ALTER TABLE {_TABLE} ALTER COLUMN \S+ DROP DEFAULT", "the code of before gives it no value: db_default"),
        (rf"ALTER TABLE {_TABLE} ADD COLUMN (?!.*DEFAULT).*NOT NULL", "the code of before gives it no value: db_default"),
    )
)  # fmt: skip
_MADE: Final = re.compile(r'CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)"?', re.IGNORECASE)


def problems(statements: Sequence[str]) -> Iterator[str]:
    """Each statement of a migration that blocks or breaks, with what to do instead."""
    made = {found for statement in statements for found in _MADE.findall(statement)}
    for statement in statements:
        words = " ".join(statement.split())
        for expression, said in _BREAKS:
            if (found := expression.search(words)) and found["table"] not in made:
                yield f"{said}: {words[:160]}"
        for expression, said in _BLOCKS:
            if (found := expression.search(words)) and found["table"] not in made | SMALL:
                yield f"{said}: {words[:160]}"


def problems_of(migration: Migration, loader: MigrationLoader) -> list[str]:
    """Those of a migration of the project. What Python does is not seen: it must say that it works in parts."""
    statements = [line for line in loader.collect_sql([(migration, False)]) if not line.startswith("--")]
    found = list(problems(statements))
    if migration.atomic and any(isinstance(each, RunPython) for each in migration.operations):
        found.append(
            "Python in one transaction: atomic = False and parts, or say here why the table is small"
        )
    return found
