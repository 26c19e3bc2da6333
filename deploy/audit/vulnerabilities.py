"""Known vulnerabilities of the pinned packages, by the JSON of a registry that tells them, as pypi.org does
(https://docs.pypi.org/api/json/)."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx

from deploy.audit.records import Report

SOURCE: Final = "https://pypi.org"
#: Without an answer for so many packages nothing more is asked.
PROBES: Final = 3
SECONDS: Final = 5
NO_SOURCE: Final = "known vulnerabilities: no data source answered"


def look(pinned: Mapping[str, str], accepted: Mapping[str, str], *, source: str = SOURCE) -> Report:
    """What the source knows against the pinned versions. Where it does not answer that is said: neither a
    pass nor a failure."""
    with httpx.Client(base_url=source, timeout=SECONDS, follow_redirects=True) as client:
        names = sorted(pinned)
        told = {name: _ask(client, name, pinned[name]) for name in names[:PROBES]}
        if any(answer is not None for answer in told.values()):
            with ThreadPoolExecutor(8) as pool:
                told |= dict(
                    zip(names, pool.map(lambda name: _ask(client, name, pinned[name]), names), strict=True)
                )
    answered = sum(answer is not None for answer in told.values())
    found = [(name, one) for name in names for one in told.get(name) or () if not one.get("withdrawn")]
    left = [(name, one) for name, one in found if not _names(one) & accepted.keys()]
    facts = {
        "source": source if answered else None,
        "asked": len(pinned),
        "answered": answered,
        "found": sorted({one["id"] for _, one in found}),
    }
    notes = [NO_SOURCE] if not answered else [f"{answered} of {len(pinned)} packages looked up at {source}"]
    return Report(problems=[_line(name, pinned[name], one) for name, one in left], notes=notes, facts=facts)


def _ask(client: httpx.Client, name: str, version: str) -> list[dict[str, Any]] | None:
    """The vulnerabilities of one version; None where nobody tells them."""
    try:
        answer = client.get(f"/pypi/{name}/{version}/json")
        told = answer.json() if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError):
        return None
    rows = told.get("vulnerabilities") if isinstance(told, dict) else None
    return (
        [row for row in rows if isinstance(row, dict) and row.get("id")] if isinstance(rows, list) else None
    )


def _names(one: Mapping[str, Any]) -> set[str]:
    return {one["id"], *(one.get("aliases") or ())}


def _line(name: str, version: str, one: Mapping[str, Any]) -> str:
    fixed = ", ".join(one.get("fixed_in") or ()) or "no version yet"
    return f"{name} {version}: {', '.join(_told(one))}; mended in {fixed}"


def _told(one: Mapping[str, Any]) -> Iterator[str]:
    yield one["id"]
    yield from (one.get("aliases") or ())
