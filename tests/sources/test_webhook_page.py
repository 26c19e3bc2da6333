"""A webhook source shows its address and how to sign; the example on the page is run as it stands."""

import base64
import html
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sources.models import Payload, Source
from tests.factories import make_credential, make_source, make_staff

SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()


def page(client: Client, source: Source) -> str:
    return client.get(reverse("admin:sources_source_change", args=[source.pk])).content.decode()


@pytest.mark.django_db
def test_without_a_secret_it_says_how_to_get_one_and_proposes_a_new_one_each_time(
    client: Client, settings: Any
):
    settings.SITE_URL = "https://nocturne.example"
    client.force_login(make_staff())
    source = make_source(slug="hall", connector="webhook", type="webhook")
    proposed = {re.search(r"whsec_[A-Za-z0-9+/=]{44}", page(client, source))[0] for _ in range(2)}
    assert len(proposed) == 2
    assert "<code>https://nocturne.example/api/v1/webhooks/hall</code>" in page(client, source)
    assert "How events are sent" not in page(client, make_source(slug="other"))


def test_the_example_sends_events_that_are_taken(
    client: Client, live_server: Any, transactional_db: None, settings: Any
):
    settings.SITE_URL = live_server.url
    source = make_source(slug="hall", connector="webhook", type="webhook")
    source.credential = make_credential(name="hall", connector="webhook", secret=SECRET)
    source.save()
    client.force_login(make_staff())
    text = page(client, source)
    example = html.unescape(re.search(r"<code>(import base64.*?)</code>", text, re.DOTALL)[1])
    done = subprocess.run(
        [sys.executable, "-c", example],
        env={**os.environ, "WEBHOOK_SECRET": SECRET},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, SECRET in text, Payload.objects.filter(source_id=source.pk).count()) == (
        0,
        False,
        1,
    ), done.stderr
