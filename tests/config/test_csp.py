"""Where a page may connect to: its own site, and the feed's where that is another one, by each way in."""

import os
import re
import subprocess
import sys

import pytest

_ASK = """
import django
django.setup()
from django.test import Client
print(Client().get("/nowhere.txt", HTTP_HOST="127.0.0.1")["Content-Security-Policy"])
"""


@pytest.mark.parametrize(
    ("live_url", "hosts"),
    [
        ("", "'self'"),
        ("https://live.nocturne.example", "'self' https://live.nocturne.example wss://live.nocturne.example"),
        ("http://127.0.0.1:8100", "'self' http://127.0.0.1:8100 ws://127.0.0.1:8100"),
    ],
)
def test_a_page_may_connect_to_the_feed_by_every_way(live_url: str, hosts: str) -> None:
    environment = {**os.environ, "LIVE_URL": live_url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", _ASK], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    found = re.search(r"connect-src ([^;]*)", done.stdout)
    assert found
    assert found.group(1).strip() == hosts
