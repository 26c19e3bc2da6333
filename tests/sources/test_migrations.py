"""Secrets that sources held themselves are moved to credentials, without loss in either direction."""

import json
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts.crypto import encrypt
from sources.models import Credential, Source
from tests.factories import make_credential, make_source

pytestmark = pytest.mark.django_db
step = import_module("sources.migrations.0003_move_credentials")


@pytest.fixture
def before() -> Any:
    """The former models, over a table with its old column."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sources_source ADD COLUMN credentials text NOT NULL DEFAULT ''")
    return MigrationLoader(connection).project_state(("sources", "0003_move_credentials")).apps


def hold(source: Source, secret: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sources_source SET credentials = %s WHERE id = %s", [encrypt(secret), source.pk]
        )


def test_each_secret_becomes_a_credential_of_its_source(before: Any) -> None:
    club, plain, none = (
        make_source(slug="club", type="webhook"),
        make_source(slug="plain"),
        make_source(slug="none"),
    )
    make_credential(name="plain")
    hold(club, '{"secret": "whsec_x"}')
    hold(plain, "no json")
    step.move(before, None)
    club.refresh_from_db()
    plain.refresh_from_db()
    none.refresh_from_db()
    assert club.credential is not None
    assert (club.credential.name, club.credential.kind, json.loads(club.credential.secret)) == (
        "club",
        "key",
        {"secret": "whsec_x"},
    )
    assert plain.credential is not None
    assert plain.credential.name != "plain"
    assert json.loads(plain.credential.secret) == {"secret": "no json"}
    assert none.credential is None


def test_it_can_be_run_again_and_back(before: Any) -> None:
    club = make_source(slug="club", type="webhook")
    hold(club, '{"secret": "whsec_x"}')
    step.move(before, None)
    step.move(before, None)
    assert Credential.objects.count() == 1
    step.move_back(before, None)
    assert (
        before.get_model("sources", "Source").objects.get(pk=club.pk).credentials == '{"secret": "whsec_x"}'
    )
