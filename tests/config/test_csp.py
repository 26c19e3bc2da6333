"""Where a page may connect to: its own site, and the feed's if that is another one, by each transport."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tests.config.variables import read_settings


@pytest.mark.parametrize(
    ("live_url", "hosts"),
    [
        ("", "'self'"),
        ("https://live.nocturne.example", "'self' https://live.nocturne.example wss://live.nocturne.example"),
        ("http://127.0.0.1:8100", "'self' http://127.0.0.1:8100 ws://127.0.0.1:8100"),
    ],
)
def test_a_page_may_connect_to_the_feed_by_every_way(
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    client: Client,
    tmp_path: Path,
    live_url: str,
    hosts: str,
) -> None:
    read, _ = read_settings(monkeypatch, LIVE_URL=live_url, NOCTURNE_VAR=str(tmp_path))
    settings.CONTENT_SECURITY_POLICY = read["CONTENT_SECURITY_POLICY"]
    found = re.search(r"connect-src ([^;]*)", client.get("/nowhere.txt")["Content-Security-Policy"])
    assert found
    assert found.group(1).strip() == hosts
