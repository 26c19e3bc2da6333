"""No migration from now on blocks readers for as long as a table is large, or breaks the code of before."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.embedded.paths import PROJECT
from tests.upgrade.blocking import problems, problems_of

#: The migrations that were there when this began, and those that may, each with its reason: `app.name reason`.
KNOWN = {
    line.split()[0]: line.partition(" ")[2]
    for line in Path(__file__).with_name("migrations.txt").read_text().splitlines()
    if line and not line.startswith("#")
}


@pytest.mark.django_db(transaction=True)  # what is made concurrently wants no transaction, even to be read
def test_no_new_migration_blocks_or_breaks():
    loader = MigrationLoader(connection, replace_migrations=False)
    own = {each.label for each in apps.get_app_configs() if Path(each.path).is_relative_to(PROJECT)}
    own -= {each.label for each in apps.get_app_configs() if ".venv" in each.path}
    new = [
        migration
        for (app, name), migration in sorted(loader.disk_migrations.items())
        if app in own and f"{app}.{name}" not in KNOWN
    ]
    found = {str(migration): said for migration in new if (said := problems_of(migration, loader))}
    assert found == {}, "mend them, or accept them in tests/upgrade/migrations.txt with a reason"
    there = {f"{app}.{name}" for app, name in loader.disk_migrations}
    assert KNOWN.keys() <= there, "a migration that was released is gone"


BAD = [
    ('CREATE INDEX "a" ON "events_event" ("start")', "AddIndexConcurrently"),
    ('CREATE UNIQUE INDEX "a" ON "events_event" ("slug") WHERE x', "AddIndexConcurrently"),
    ('ALTER TABLE "events_event" ADD CONSTRAINT "c" UNIQUE ("slug")', "USING INDEX"),
    ('ALTER TABLE "events_event" ADD CONSTRAINT "c" CHECK ("a" > 0)', "ValidateConstraint"),
    (
        'ALTER TABLE "events_event" ADD CONSTRAINT "c" FOREIGN KEY ("a") REFERENCES "b" ("id")',
        "ValidateConstraint",
    ),
    ('ALTER TABLE "events_event" ALTER COLUMN "a" TYPE bigint USING "a"::bigint', "a new column"),
    ('ALTER TABLE "events_event" ALTER COLUMN "a" SET NOT NULL', "CHECK"),
    ('ALTER TABLE "events_event" ADD COLUMN "a" uuid DEFAULT gen_random_uuid() NOT NULL', "written anew"),
    ('UPDATE "events_event" SET "a" = 1', "in parts"),
    ('ALTER TABLE "events_event" DROP COLUMN "a" CASCADE', "one release earlier"),
    ('ALTER TABLE "events_event" RENAME COLUMN "a" TO "b"', "the old name"),
    ('ALTER TABLE "places_city" ADD COLUMN "a" integer NOT NULL', "db_default"),
    ('ALTER TABLE "places_city" ALTER COLUMN "a" DROP DEFAULT', "db_default"),
]
GOOD = [
    'CREATE INDEX CONCURRENTLY "a" ON "events_event" ("start")',
    'ALTER TABLE "events_event" ADD CONSTRAINT "c" CHECK ("a" > 0) NOT VALID',
    'ALTER TABLE "events_event" VALIDATE CONSTRAINT "c"',
    'ALTER TABLE "events_event" ADD COLUMN "a" integer NULL',
    'ALTER TABLE "events_event" ADD COLUMN "a" integer DEFAULT 0 NOT NULL',
    'ALTER TABLE "events_event" ALTER COLUMN "a" TYPE varchar(200)',
    'CREATE INDEX "a" ON "places_city" ("name")',
    'UPDATE "sources_source" SET "a" = 1',
]


@pytest.mark.parametrize(("statement", "said"), BAD)
def test_what_blocks_or_breaks_is_named(statement, said):
    assert any(said in problem for problem in problems([statement]))


@pytest.mark.parametrize("statement", GOOD)
def test_what_harms_nobody_passes(statement):
    assert list(problems([statement])) == []


def test_a_table_that_the_migration_makes_is_nobodys_yet():
    assert (
        list(problems(['CREATE TABLE "events_new" ("id" uuid)', 'CREATE INDEX "a" ON "events_new" ("id")']))
        == []
    )


@pytest.mark.django_db(transaction=True)  # what is made concurrently wants no transaction, even to be read
def test_migrations_of_the_project_are_read():
    loader = MigrationLoader(connection, replace_migrations=False)
    concurrently = loader.disk_migrations["events", "0031_terms_by_city"]
    assert not any("AddIndexConcurrently" in each for each in problems_of(concurrently, loader))
    blocking = loader.disk_migrations["sources", "0015_indexes_that_pay"]
    assert problems_of(blocking, loader)
