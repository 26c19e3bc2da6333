"""Pieces of pages are rendered once for equal values, and say at once what changed."""

from datetime import timedelta

import pytest
from django.template import engines
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from events import fragments
from places.models import City
from tests.factories import make_city, make_event

pytestmark = pytest.mark.django_db


def test_equal_values_are_rendered_once_for_each_language() -> None:
    fragments._piece.cache_clear()
    values = {
        "site_name": "Nocturne",
        "city_name": "",
        "city_slug": "",
        "digests": True,
        "submissions": False,
    }
    first = fragments.piece("partials/foot.html", **values)
    assert fragments.piece("partials/foot.html", **values) is first
    assert fragments.piece("partials/foot.html", **{**values, "submissions": True}) != first
    with override("es"):
        assert fragments.piece("partials/foot.html", **values) != first
    assert fragments._piece.cache_info().misses == 3


def test_values_from_outside_are_escaped() -> None:
    page = engines["django"].from_string(
        '{% load nocturne %}{% piece "partials/foot.html" city_name=name city_slug="x" %}'
    )
    assert "Calendar of &lt;b&gt;" in page.render({"name": "<b>"})


def test_a_renamed_city_is_called_by_its_new_name_in_every_piece(client: Client) -> None:
    city = make_city(slug="porto", name="Porto")
    make_event(city=city, start=timezone.now() + timedelta(days=1))
    for path in ("/", "/porto/"):
        assert "Porto" in client.get(path).content.decode()
    City.objects.filter(pk=city.pk).update(name="Oporto")
    for path in ("/", "/porto/"):
        text = client.get(path).content.decode()
        assert "Oporto" in text
        assert "Porto" not in text.replace("Oporto", "")
