"""What anonymous readers get: every address with sample values, all linked pages, and the API by its schema."""

import json
import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.test import Client

from tests.recording.lines import Recording

#: Begins of a walk along links: the pages and the lists of the API.
BEGINS = (
    "/", "/bengaluru/", "/mumbai/", "/search?q=jazz", "/search?q=", "/about/", "/robots.txt", "/sitemap.xml", "/submit/", "/subscribe/",
    "/bengaluru.ics", "/bengaluru.rss", "/bengaluru.json", "/api/v1/schema/", "/api/v1/docs/", "/api/v1/events?limit=100", "/api/v1/places?limit=100",
    "/api/v1/cities", "/api/v1/areas?city=bengaluru", "/api/v1/categories", "/api/v1/tags", "/api/v1/organizers", "/api/v1/weather?city=bengaluru",
    "/api/v1/changes", "/api/v1/changes?topics=events:all",
)  # fmt: skip
MOST_PAGES = 450
_LINK = re.compile(r"""(?:(?:href|src|action|data-url)="|<loc>|"(?:url|next|href|link)":\s*")([^"<>\s]+)""")
#: Values for parameters of the API that name no choices; what fits none of them is asked with 1 and with x.
VALUES = {
    "q": ["jazz", "comedy in bengaluru tonight", "%"],
    "city": ["bengaluru", "nowhere"],
    "area": ["indiranagar"],
    "category": ["music", "music,comedy", "nothing"],
    "tag": ["jazz"],
    "tags": ["jazz"],
    "lat": ["12.97"],
    "lng": ["77.6"],
    "radius": ["5"],
    "radius_km": ["5"],
    "price_max": ["500", "much"],
    "price_min": ["100"],
    "near": ["12.97,77.6"],
    "bbox": ["77.4,12.8,77.8,13.1"],
    "language": ["en"],
    "open_at": ["2026-11-19T15:00:00Z"],
    "since": ["2026-11-19T00:00:00Z"],
    "updated_since": ["2026-11-19T00:00:00Z"],
    "start_after": ["2026-11-20T00:00:00Z"],
    "start_before": ["2026-11-25T00:00:00Z"],
    "page_size": ["3", "1000"],
    "limit": ["3"],
    "cursor": ["x"],
    "page": ["2"],
    "date": ["2026-11-21", "tomorrow"],
    "when": ["today", "weekend"],
    "from": ["2026-11-20"],
    "to": ["2026-11-25"],
}
#: Pairs of parameters that mean something together only.
TOGETHER = (
    {"city": "bengaluru", "category": "music", "page_size": "2"}, {"lat": "12.97", "lng": "77.6", "radius": "5"}, {"city": "bengaluru", "ordering": "-start"},
    {"q": "concert", "city": "bengaluru", "price": "free"}, {"lat": "12.97", "lng": "77.6", "radius_km": "5"},
)  # fmt: skip


def record(recording: Recording) -> None:
    """All of it."""
    client = Client(headers={"user-agent": "recorder"})
    schema = json.loads(client.get("/api/v1/schema/?format=json").content)
    for path in (*_samples(), *walk(client, recording), *_asked(schema)):
        ask(client, recording, path)


def ask(client: Client, recording: Recording, path: str, *, part: str = "page") -> bytes:
    """Request a path once; of metrics only the names, since the values depend on the process."""
    if f"{part} GET {path}" in recording.seen:
        return b""
    answer = client.get(path)
    if path == "/metrics" and answer.status_code == 200:
        names = sorted({line.rsplit(" ", 1)[0] for line in answer.content.decode().splitlines()})
        recording.write(part, f"GET {path}", status=200, body="\n".join(names))
        return b""
    return recording.answer(part, f"GET {path}", answer)


def _samples() -> Iterator[str]:
    from tests.config.addresses import addresses

    yield from (one.path for one in addresses() if not one.path.startswith("/admin"))


def walk(client: Client, recording: Recording) -> Iterator[str]:
    """Follow links breadth-first and record each page."""
    waiting, known = deque(BEGINS), set(BEGINS)
    while waiting:
        path = waiting.popleft()
        for link in _links(path, ask(client, recording, path)):
            if link not in known and len(known) < MOST_PAGES:
                known.add(link)
                waiting.append(link)
    return iter(())


def _links(path: str, raw: bytes) -> list[str]:
    found = []
    for link in _LINK.findall(raw.decode(errors="replace").replace("&amp;", "&").replace("\\u0026", "&")):
        try:
            parts = urlsplit(urljoin(f"https://recorded.example{path}", link))
        except ValueError:
            continue
        if parts.netloc == "recorded.example" and not parts.path.startswith(
            ("/static", "/admin", "/mailbox")
        ):
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def _asked(schema: dict[str, Any]) -> Iterator[str]:
    """Every list of the API with each of its parameters."""
    for path, methods in schema["paths"].items():
        if "get" not in methods or "{" in path or "/admin/" in path:
            continue
        always = {"q": "concert"} if "/search" in path else {}
        for parameter in methods["get"].get("parameters", []):
            for value in _values(parameter):
                yield f"{path}?{urlencode({**always, parameter['name']: value})}"
        for pair in TOGETHER:
            yield f"{path}?{urlencode({**always, **pair})}"


def _values(parameter: dict[str, Any]) -> list[str]:
    reported = parameter.get("schema", {})
    choices = reported.get("enum") or reported.get("items", {}).get("enum")
    if choices:
        return [str(choice) for choice in choices]
    return (
        ["true", "false"] if reported.get("type") == "boolean" else VALUES.get(parameter["name"], ["1", "x"])
    )
