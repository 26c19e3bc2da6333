"""A source's own page of terms in its form."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_source, make_staff

pytestmark = pytest.mark.django_db
TIMES = {"next_fetch_at_0": "2026-11-21", "next_fetch_at_1": "12:00:00"}
TERMS = "https://a.example/terms"


def test_the_page_of_terms_is_a_field_that_leaves_other_terms_alone(client: Client):
    client.force_login(make_staff())
    source = make_source(slug="cal", connector="meetup", type="api", terms={"storage": "30 days"})
    address = reverse("admin:sources_source_change", args=[source.pk])

    def sent(terms: str):
        form = client.get(address).context["adminform"].form
        values = {name: form[name].value() for name in form.fields}
        data = {name: value for name, value in values.items() if value is not None and value is not False}
        return client.post(address, data | TIMES | {"terms_url": terms})

    assert sent(TERMS).status_code == 302
    source.refresh_from_db()
    assert source.terms == {"storage": "30 days", "url": TERMS}
    text = client.get(address).content.decode()
    assert f'value="{TERMS}"' in text
    assert "those of its platform, https://" in text
    assert "terms_url" in sent("javascript:alert(1)").context["adminform"].form.errors
    assert sent("").status_code == 302
    source.refresh_from_db()
    assert source.terms == {"storage": "30 days"}
