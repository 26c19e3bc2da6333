"""The service worker and the manifest: what a device keeps for reading offline, and how the site is installed."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from languages.addresses import in_language
from languages.codes import LANGUAGES

#: What the pages load that can be read without a network; `tests/events/views/test_offline.py` compares them with the pages.
ASSETS: Final = (
    "css/nocturne.css",
    "css/cards.css",
    "css/charts.css",
    "css/pages.css",
    "css/now.css",
    "css/suggest.css",
    "css/saved.css",
    "fonts/space-grotesk-latin.woff2",
    "fonts/inter-latin.woff2",
    "img/favicon.svg",
    "js/theme.js",
    "js/say.js",
    "js/share.js",
    "js/suggest.js",
    "js/beacon.js",
    "js/language.js",
    "js/put.js",
    "js/your-time.js",
    "js/live.js",
    "js/saved.js",
    "js/saved-account.js",
    "js/saved-page.js",
    "js/offline.js",
)
#: The first segments that the worker does not look at: what belongs to one person, what changes with each request, what is counted.
UNTOUCHED: Final = (
    "admin",
    "accounts",
    "api",
    "ws",
    "mailbox",
    "media",
    "go",
    "beacon",
    "embed",
    "oembed",
    "privacy",
    "submit",
    "subscribe",
    "subscriptions",
    "opt-out",
    "metrics",
    "healthz",
    "readyz",
)
NIGHT: Final = "#0e0b16"


def worker_script() -> str:
    """`/sw.js`: what the worker must know of this site, then `static/js/worker.js` and `worker-push.js`. Switched off: the script that deletes it."""
    if not settings.SERVICE_WORKER:
        return _source("js/worker-off.js")
    site = {
        "version": _version(),
        "hashed": settings.PRODUCTION,
        "icon": static("img/icon-192.png"),
        "assets": [static(name) for name in ASSETS],
        "offline": {language.code: in_language("/offline/", language.code) for language in LANGUAGES},
        "untouched": rf"^/(?:[a-z]{{2}}/)?(?:{'|'.join(UNTOUCHED)})(?:/|$)",
    }
    return f"self.SITE = {json.dumps(site)};\n{_source('js/worker.js')}{_source('js/worker-push.js')}"


@cache
def _version() -> str:
    """A hash of the contents of all that a version keeps, and of the worker itself: 16 hexadecimal digits."""
    held = hashlib.sha256()
    for name in ("js/worker.js", "js/worker-push.js", *ASSETS):
        held.update(f"{static(name)}\n{hashlib.sha256(_path(name).read_bytes()).hexdigest()}\n".encode())
    held.update((settings.BASE_DIR / "templates" / "events" / "offline.html").read_bytes())
    return held.hexdigest()[:16]


@cache
def _source(name: str) -> str:
    return _path(name).read_text()


def _path(name: str) -> Path:
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found)


def manifest() -> dict[str, Any]:
    """The web app manifest (W3C), in English as its address says: names, colours, icons, and what a long press on the icon offers."""
    return {
        "id": "/",
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME[:12],
        "description": "What is on tonight and after, in your city.",
        "lang": "en",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": NIGHT,
        "background_color": NIGHT,
        "categories": ["entertainment", "events", "lifestyle"],
        "icons": [
            _icon("icon-192.png", "192x192"),
            _icon("icon-512.png", "512x512"),
            _icon("icon-maskable-512.png", "512x512", purpose="maskable"),
            {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
        "shortcuts": [
            _shortcut("Tonight", "/"),
            _shortcut("Saved events", "/saved/"),
            _shortcut("Search", "/search"),
        ],
    }


def _icon(name: str, sizes: str, *, purpose: str = "any") -> dict[str, str]:
    return {"src": static(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}


def _shortcut(name: str, url: str) -> dict[str, Any]:
    return {"name": name, "url": url, "icons": [_icon("icon-192.png", "192x192")]}
