"""After a test with real transactions the database is as after `flush`, whether or not `flush` was called."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import TransactionTestCase

from outbox.models import Epoch
from outbox.queries import position
from tests import emptying
from tests.factories import make_staff, record_event

pytestmark = pytest.mark.django_db(transaction=True)


class Case(TransactionTestCase):
    """The database of one test."""

    databases = {"default"}


@pytest.fixture
def empty():
    """Empty the database as after a test.

    Called once before, so that this test alone has the rows that `flush` makes.
    """
    case = Case("__init__")
    emptying.after_test(case)
    return lambda: emptying.after_test(case)


def held() -> dict[str, int]:
    """The number of rows of every table that has any."""
    counts = {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed
    }
    return {table: count for table, count in counts.items() if count}


@pytest.fixture
def flushes(monkeypatch):
    """The calls of commands."""
    calls, call = [], emptying.call_command
    monkeypatch.setattr(
        emptying, "call_command", lambda name, **options: calls.append(name) or call(name, **options)
    )
    return calls


def test_every_table_is_emptied_but_what_flush_makes(empty, flushes):
    before, epoch = held(), position().epoch
    with transaction.atomic():
        make_staff(email="content_manager")
        record_event()
    assert held() != before
    empty()
    assert held() == before
    assert before.keys() == {Epoch._meta.db_table, *emptying.MADE}
    assert position().epoch != epoch
    assert flushes == []


@pytest.mark.parametrize("change", ["added", "removed", "renamed"])
def test_changed_permissions_are_made_anew(empty, flushes, change):
    made = {row.codename for row in Permission.objects.all()}
    if change == "added":
        Permission.objects.create(codename="fly", name="Can fly", content_type=ContentType.objects.first())
    elif change == "removed":
        Permission.objects.all()[0].delete()
    else:
        Permission.objects.filter(pk=Permission.objects.all()[0].pk).update(codename="fly")
    empty()
    assert flushes == ["flush"]
    assert {row.codename for row in Permission.objects.all()} == made
    empty()
    assert flushes == ["flush"]
