"""Whatever can name a person belongs to a part, and every rule of retention is carried out by a task."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from accounts.crypto import EncryptedTextField
from accounts.models import User
from accounts.privacy.registry import BY_ITSELF, NOBODY, covered_models, in_words, parts, retention_rules
from config.embedded.paths import PROJECT
from config.schedule import SCHEDULE

#: Columns that hold a person or a trace of one without a relation.
NAMED = frozenset(
    {"ip", "user_id", "person_id", "person", "requested_by", "address_hash", "session_data", "subject"}
)


def personal_models() -> Iterator[str]:
    for model in apps.get_models(include_auto_created=True):
        if any(map(is_personal, model._meta.get_fields())) and not model._meta.proxy:
            yield model._meta.label


def is_personal(field: object) -> bool:
    if not isinstance(field, models.Field):
        return False
    related = field.related_model is User
    return (
        related
        or isinstance(field, models.EmailField | EncryptedTextField | models.GenericIPAddressField)
        or field.name in NAMED
    )


@pytest.mark.parametrize("label", sorted(personal_models()))
def test_a_model_that_can_name_a_person_belongs_to_a_part(label: str):
    assert label in covered_models()


def test_parts_answer_for_models_that_exist():
    known = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert covered_models() <= known


def test_a_rule_of_retention_is_carried_out_by_a_periodic_task():
    periodic = {entry["task"] for entry in SCHEDULE.values()}
    told = {rule.task for _, rule in retention_rules()} - {NOBODY, BY_ITSELF}
    assert told - periodic == set()


def test_the_account_is_erased_after_what_refers_to_it_and_the_log_last():
    names = [part.name for part in parts()]
    assert names[-5:] == ["account", "news", "logs", "short-lived counts and messages", "log"]


def test_the_document_has_every_part_and_every_period():
    text = (PROJECT / "docs" / "privacy.md").read_text()
    rows = [
        f"| {part.name} | {part.holds} | {part.purpose} | {part.stays or 'nothing'} |" for part in parts()
    ]
    rows += [f"| {rule.what} | {in_words(rule.period())} | {rule.task} |" for _, rule in retention_rules()]
    assert [row for row in rows if row not in text] == []


@pytest.mark.django_db
def test_the_public_page_says_it_and_every_page_links_to_it(client: Client):
    page = client.get("/privacy/").content.decode()
    assert [part.name for part in parts() if part.name.capitalize() not in page] == []
    assert 'href="/privacy/"' in client.get("/about/").content.decode()


@pytest.mark.django_db
def test_the_page_names_the_server_of_street_maps_and_the_service_worker_where_there_is_one(
    client: Client, settings: Any
):
    settings.MAP_TILES_URL, settings.SERVICE_WORKER = "", True
    page = client.get("/privacy/").content.decode()
    assert "Pages load nothing from anyone else, set no cookie" in page
    assert "street maps" not in page.lower()
    assert "A service worker keeps" in page
    settings.MAP_TILES_URL, settings.SERVICE_WORKER = "https://tiles.example:8443/{z}/{x}/{y}.png", False
    page = client.get("/privacy/").content.decode()
    assert "Pages load nothing from anyone else but street maps, set no cookie" in page
    assert "Street maps come from tiles.example:8443: your browser asks it" in page
    assert "A service worker keeps" not in page
    assert "Los planos de calles vienen de tiles.example:8443" in client.get("/es/privacy/").content.decode()
