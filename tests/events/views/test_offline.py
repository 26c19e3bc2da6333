"""The manifest, the service worker, and the page without a network."""

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image
from pytest_django import Settings

from events import offline
from tests.factories import make_event

pytestmark = pytest.mark.django_db


def test_the_manifest_names_icons_that_exist_in_their_sizes(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    found = answer.json()
    assert (found["start_url"], found["scope"], found["display"]) == ("/", "/", "standalone")
    sizes = {}
    for icon in found["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert isinstance(path, str), icon
        if icon["type"] == "image/png":
            with Image.open(path) as image:
                sizes[icon["sizes"], icon["purpose"]] = f"{image.width}x{image.height}"
    assert sizes == {
        ("192x192", "any"): "192x192",
        ("512x512", "any"): "512x512",
        ("512x512", "maskable"): "512x512",
    }
    for shortcut in found["shortcuts"]:
        assert client.get(shortcut["url"]).status_code == 200


def _site(client: Client) -> dict[str, Any]:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    found: dict[str, Any] = json.loads(answer.content.decode().split(";\n")[0].removeprefix("self.SITE = "))
    return found


def test_the_worker_keeps_what_pages_load_that_can_be_read_offline(client: Client) -> None:
    pages = ["/offline/", "/saved/", make_event().get_absolute_url()]
    loaded = {
        address
        for page in pages
        for address in re.findall(
            r'(?:src|href)="(/static/[^"]+\.(?:js|css|woff2|svg))"', client.get(page).content.decode()
        )
    }
    assert loaded - set(_site(client)["assets"]) == set()


def test_the_worker_looks_at_nothing_personal(client: Client) -> None:
    untouched = re.compile(_site(client)["untouched"])
    for path in (
        "/admin/",
        "/accounts/login/",
        "/hi/accounts/",
        "/api/v1/me",
        "/ws/live",
        "/mailbox/",
        "/media/people/x",
        "/go/x",
    ):
        assert untouched.search(path), path
    for path in ("/", "/bengaluru/", "/events/x-0/", "/saved/", "/apiary/", "/hi/bengaluru/"):
        assert not untouched.search(path), path


def test_another_content_is_another_version(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _site(client)["version"]
    monkeypatch.setattr(offline, "ASSETS", offline.ASSETS[1:])
    offline._version.cache_clear()
    assert _site(client)["version"] != before
    offline._version.cache_clear()


def test_the_switch_lets_the_worker_delete_itself(client: Client, settings: Settings) -> None:
    page = '<script src="/static/js/offline.js" defer data-worker="{}"'
    assert page.format("/sw.js") in client.get("/saved/").content.decode()
    settings.SERVICE_WORKER = False
    script = client.get("/sw.js").content.decode()
    assert "registration.unregister()" in script
    assert "caches.delete" in script
    assert page.format("") in client.get("/saved/").content.decode()


def test_a_worker_may_come_from_this_site_alone(client: Client) -> None:
    assert "worker-src 'self'" in client.get("/saved/")["Content-Security-Policy"]
