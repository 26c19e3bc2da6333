"""The source lab: a worker examines an address as if it were a source.

The web process loads no model, so the examination is a task on the process queue. The result is kept in the
cache for an hour and nowhere else.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.text import slugify
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action, target_of, values_of
from accounts.rights import Actor, require
from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.connectors import registry
from pipeline.contract.connector import Metadata
from pipeline.contract.exceptions import SourceError
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError
from pipeline.contract.normalized import NormalizedEvent
from pipeline.geography.gazetteer import CityFact
from pipeline.refinement.line_patterns import learn
from pipeline.text.sanitize import public_url
from places.models import City
from places.queries import gazetteer
from places.queries.reach import require_city
from sources.lab import mapping, unread
from sources.lab.validate import INSPECT
from sources.models import Source
from sources.platform_keys import from_environment, missing
from sources.setup import untold
from sources.setup.catalog import fetch_interval_of
from sources.setup.quality_gates import rules

if TYPE_CHECKING:
    from sources.lab.inspection import Inspection

#: How long an examination is kept (seconds), how many events are read for its figures, and how many are
#: shown.
KEPT: Final = 3600
MOST_READ: Final = 300
SHOWN: Final = 10
#: The facts whose coverage is counted, by readers' names, each with its test.
COVERED: Final[Mapping[str, Callable[[NormalizedEvent], bool]]] = {
    "end": lambda e: e.end is not None and not e.end_predicted,
    "venue": lambda e: bool(e.venue.name) or e.online == "yes",
    "address": lambda e: bool(e.venue.address) or e.online == "yes",
    "coordinates": lambda e: e.venue.lat is not None or e.online == "yes",
    "description": lambda e: bool(e.description),
    "price": lambda e: e.price.type != "unknown",
    "image": lambda e: bool(e.images),
    "category other than 'other'": lambda e: e.category != "other",
    "link": lambda e: bool(e.url),
    "organizer": lambda e: e.organizer is not None,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LabWish:
    """What to examine.

    An address, and (if chosen by hand) the connector, its configuration and the city's slug.
    """

    url: str
    connector: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    city: str = ""


def begin(wish: LabWish, *, by: Actor) -> str:
    """Store the wish and return its token.

    Raises RightMissing, since our machines will fetch the address. The task `sources.tasks.process_lab` then
    carries it out.
    """
    require(by, INSPECT)
    token = uuid4().hex
    cache.set(_key(token), {"state": "waiting", "wish": asdict(wish), "asked_at": clock().isoformat()}, KEPT)
    return token


def look_of(token: str) -> dict[str, Any] | None:
    """The state of an examination, or None once expired.

    `state` is waiting, working, done or failed; beside it the `wish`, and its `result` or `error`.
    """
    found: dict[str, Any] | None = cache.get(_key(token))
    return found


def claim_source(token: str) -> bool:
    """Whether this look may become a source now: True for the first caller, so that a form sent twice makes one."""
    return bool(cache.add(f"{_key(token)}:source", "", KEPT))


def release_source(token: str) -> None:
    """The look became no source: it may be tried again."""
    cache.delete(f"{_key(token)}:source")


def carry_out(token: str) -> None:
    """Carry out the examination of that token. Idempotent. An expired token is ignored."""
    look = look_of(token)
    if look is None or look["state"] in ("done", "failed"):
        return
    cache.set(_key(token), {**look, "state": "working"}, KEPT)
    wish = LabWish(**look["wish"])
    try:
        with open_client(RequestPolicy(user_agent=settings.EGRESS_USER_AGENT), name="lab") as http:
            result = examine(wish, http, city=gazetteer().city(wish.city) if wish.city else None)
            result["robots"] = _robots(wish.url, http)
        cache.set(_key(token), {**look, "state": "done", "result": result}, KEPT)
    except (SourceError, EgressError) as error:
        reported = {"code": getattr(error, "code", type(error).__name__), "detail": error.detail}
        cache.set(_key(token), {**look, "state": "failed", "error": reported}, KEPT)


def examine(wish: LabWish, http: HttpClient, *, city: CityFact | None) -> dict[str, Any]:
    """The examination as JSON.

    The connector and its terms, events, coverage by field (0 to 1), problems, requests a day. Raises
    SourceError or EgressError where nothing can be read.
    """
    from sources.lab.inspection import Wish, inspect  # noqa: PLC0415 - costly

    asked = Wish(
        target=wish.url,
        now=clock(),
        connector=wish.connector,
        config=dict(wish.config),
        city=city,
        quality=rules(),
    )
    inspection = inspect(asked, http)
    pages = _Counted(inspection)
    drafts = list(islice(inspection.drafts(), MOST_READ))
    events = [draft.event for draft in drafts]
    metadata = registry.get(inspection.connector).metadata
    minutes = fetch_interval_of(inspection.connector).minutes
    found, summary = coverage(events), inspection.summary()
    unread_lines, rich = unread.unread(drafts)
    leaves = unread.read_of(rich, exact=True) if rich else []
    to_map = mapping.basis(
        inspection.connector, inspection.config, url=wish.url, sample=leaves,
        container=unread.container_of(rich.raw.raw) if rich else "", title=rich.event.title if rich else "",
    )  # fmt: skip
    return {
        "connector": inspection.connector,
        "title": metadata.title,
        "name": pages.calendar_name or (urlsplit(wish.url).hostname or metadata.title).removeprefix("www."),
        "tier": metadata.tier.value,
        "because": inspection.because,
        "config": dict(inspection.config),
        "summary": summary,
        "verdict": verdict(summary, is_cut=len(drafts) == MOST_READ),
        "is_cut": len(drafts) == MOST_READ,
        "events": [
            {**draft.event.to_json(), "city": draft.city, "area": draft.area, "notes": list(draft.notes)}
            for draft in drafts[:SHOWN]
        ],
        "coverage": found,
        "patterns": [pattern.shown for pattern in learn(draft.raw for draft in drafts)],
        "unread": unread_lines,
        "sample": [asdict(leaf) for leaf in leaves],
        "mapping": to_map,
        "untold": untold.suggested(
            inspection.connector, wish.url, found, len(events), held={line["what"] for line in unread_lines}
        ),
        "problems": _problems(inspection, [note for draft in drafts for note in draft.notes], events),
        "terms": terms_of(metadata),
        "missing_keys": list(missing(metadata, from_environment(metadata))),
        "requests_a_day": round(max(1, pages.count) * timedelta(days=1).total_seconds() / 60 / minutes),
        "pages": pages.count,
        "schedule_minutes": minutes,
    }


def coverage(events: list[NormalizedEvent]) -> dict[str, float]:
    """The share of events that have each of `COVERED`, 0 to 1; empty without events."""
    return (
        {name: round(sum(map(reported, events)) / len(events), 3) for name, reported in COVERED.items()}
        if events
        else {}
    )


def verdict(summary: Mapping[str, Any], *, is_cut: bool = False) -> dict[str, str]:
    """How much was kept, as a word (none, few, most, all) and a sentence with the commonest reasons."""
    found, kept = summary["found"], summary["kept"]
    lost = sorted(summary["dropped"].items(), key=lambda item: (-item[1], item[0]))
    why = ", ".join(f"{count} {reason}" for reason, count in lost[:3])
    more = f" Left out: {why}{', …' if len(lost) > 3 else ''}." if lost else ""
    if not found:
        return {"word": "none", "sentence": "No event was found there."}
    if not kept:
        return {"word": "none", "sentence": f"None of {found} events was kept.{more}"}
    if is_cut:
        return {"word": "most", "sentence": f"{kept} or more events were kept; reading stopped there.{more}"}
    word = "all" if kept == found else "most" if 2 * kept >= found else "few"
    said = {"all": f"All {found}", "most": f"{kept} of {found}", "few": f"Only {kept} of {found}"}
    return {"word": word, "sentence": f"{said[word]} events were kept.{more}"}


def terms_of(metadata: Metadata) -> dict[str, str]:
    """The platform's terms and requirements as sentences, by heading, without unknown ones."""
    reported = {
        "It may fetch": metadata.allows,
        "Quota": metadata.quota,
        "Storage": metadata.storage,
        "Attribution": metadata.attribution,
        "Retired": metadata.sunset,
        "Terms": metadata.terms,
        "Documentation": metadata.link,
        "Keys": ", ".join(metadata.variables),
    }
    return {heading: words for heading, words in reported.items() if words}


def make_source(
    wish: LabWish,
    *,
    name: str,
    connector: str,
    config: Mapping[str, Any],
    trust: str,
    untold_facts: Collection[str] | None = None,
    by: Actor,
) -> Source:
    """Create a source from the lab, switched off.

    `untold_facts` is what it cannot tell; None, or what its kind cannot, is not stored. Raises RightMissing.
    Enabling it is another step, which checks its key. The slug is made from the name.
    """
    require(by, "sources.add_source")
    city = City.objects.filter(slug=wish.city).first() if wish.city else None
    require_city(by, city.pk if city else None)
    interval = fetch_interval_of(connector)
    base = slugify(name)[:100] or "source"
    taken = set(Source.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    slug = next(
        slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )
    fields = {
        "slug": slug,
        "name": name[:200],
        "type": registry.get(connector).metadata.type.value,
        "connector": connector,
        "config": dict(config),
        "url": public_url(wish.url),
        "city": city,
        "trust": trust,
        "untold": untold.to_keep(connector, wish.url, untold_facts),
        "schedule_minutes": interval.minutes,
        "schedule_at": interval.at,
    }
    with transaction.atomic():
        source = Source.objects.create(**fields)
        record_action(by, Action.SOURCE_ADDED, target=target_of(source), after=values_of(Source, fields))
    return source


class _Counted:
    """Counts the pages of an inspection while they are read."""

    def __init__(self, inspection: "Inspection") -> None:
        self.count, self.calendar_name = 0, ""
        pages = inspection.pages
        inspection.pages = (self._one(page) for page in pages)

    def _one(self, page: Any) -> Any:
        self.count += 1
        self.calendar_name = self.calendar_name or page.calendar_name
        return page


def _problems(
    inspection: "Inspection", notes: list[str], events: list[NormalizedEvent]
) -> list[dict[str, Any]]:
    """The problems with their counts, the most frequent first: drops, guesses, and failed quality gates."""
    counts: Counter[tuple[str, str]] = Counter(
        {("dropped", reason): n for reason, n in inspection.dropped.items()}
    )
    counts.update(("guessed", note) for note in notes)
    counts.update(
        ("quality", problem)
        for event in events
        for gate in event.quality.gates.values()
        for problem in gate.problems
    )
    return [{"kind": kind, "what": what, "count": count} for (kind, what), count in counts.most_common(30)]


def _robots(url: str, http: Any) -> dict[str, Any]:
    """The rules in the site's robots.txt for this address."""
    try:
        return {"allowed": True, "delay": http.crawl_delay(url), "detail": ""}
    except EgressError as error:
        return {"allowed": False, "delay": 0.0, "detail": error.detail}


def _key(token: str) -> str:
    return f"lab:{token}"
