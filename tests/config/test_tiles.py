"""The server of street maps, from the environment."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from config.tiles import tiles_origins, tiles_url

SERVER = "https://tiles.example:8443/{z}/{x}/{y}.png?key=1"


def given(monkeypatch: pytest.MonkeyPatch, url: str) -> environ.Env:
    monkeypatch.setenv("MAP_TILES_URL", url)
    return environ.FileAwareEnv()


def test_nobody_is_asked_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tiles_url(given(monkeypatch, ""), production=True) == ""
    assert tiles_origins("") == []


def test_its_origin_alone_may_send_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    url = tiles_url(given(monkeypatch, SERVER), production=True)
    assert (url, tiles_origins(url)) == (SERVER, ["https://tiles.example:8443"])


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://me:secret@tiles.example/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
        "/{z}/{x}/{y}.png",
        "https://tiles.example; script-src */{z}/{x}/{y}.png",
    ],
)
def test_what_cannot_be_a_server_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="MAP_TILES_URL"):
        tiles_url(given(monkeypatch, url), production=True)
