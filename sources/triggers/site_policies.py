"""Looks daily at what the sites of sources permit: robots.txt, and terms. Operators are told what changed."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.connectors import registry
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import EgressError
from pipeline.text.markup import text_of_html
from sources.enums import PolicyKind
from sources.models import Alert, SitePolicy, Source
from sources.monitoring.alerts import raise_alert, resolve
from sources.setup.context import policy_for
from sources.triggers.due import host_of

log = structlog.get_logger(__name__)

#: A page is read again after so long, robots.txt when the crawler's own copy has expired (`egress.robots.KEPT`).
APART: Final = timedelta(hours=23)
#: So much of a page is read, in bytes, and so much of its text is kept, in characters.
PAGE_MOST: Final = 2 << 20
TEXT_MOST: Final = 20_000
#: So many characters of a message tell what is new, and what is gone.
TOLD: Final = 350
Watched = Mapping[str, list[Source]]


def watch(*, now: datetime) -> int:
    """Read the policies of the sites of active sources that are due, and raise an alert for each that changed.

    The first reading is kept and told to nobody. An acknowledged alert ends here. A policy that cannot be read stays as
    it is: whether the site can be reached is judged elsewhere. Running twice at once tells once.
    """
    for alert in Alert.objects.filter(
        key__startswith="policy:", resolved_at=None, acknowledged_at__isnull=False
    ):
        resolve(alert.key, now=now)
    sources = [
        one
        for one in Source.objects.filter(is_active=True, is_sample=False)
        if one.connector in registry.CONNECTORS
    ]
    policy = RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT, max_received=PAGE_MOST, max_decoded=PAGE_MOST
    )
    with open_client(policy, name="site policies") as http:
        changed = _read_all(
            PolicyKind.ROBOTS, robots_of(sources), lambda url: _rules(http.robots_rules(url)), now
        )
        return changed + _read_all(PolicyKind.TERMS, terms_of(sources), lambda url: _page(http, url), now)


def robots_of(sources: Iterable[Source]) -> Watched:
    """The addresses of the robots.txt that sources obey, each with its sources."""
    found: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        if policy_for(source).obey_robots and _is_host(host := host_of(source)):
            scheme = "http" if f"http://{host}" in f"{source.url} {source.config}".lower() else "https"
            found[f"{scheme}://{host}/robots.txt"].append(source)
    return found


def _is_host(word: str) -> bool:
    """Whether `host_of` knew one: without it answers the source's slug, which has neither dot nor port."""
    return "." in word or ":" in word


def terms_of(sources: Iterable[Source]) -> Watched:
    """The pages of terms that sources (`terms["url"]`) or their connectors name, each with its sources."""
    found: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        address = str(source.terms.get("url", "")) or registry.get(source.connector).metadata.terms
        if address.startswith(("https://", "http://")) and len(address) <= 500:
            found[address].append(source)
    return found


def _read_all(kind: PolicyKind, watched: Watched, read: Callable[[str], str | None], now: datetime) -> int:
    rows = {row.address: row for row in SitePolicy.objects.filter(kind=kind, address__in=list(watched))}
    changed = 0
    for address, sources in watched.items():
        row = rows.get(address)
        if row is not None and kind is PolicyKind.TERMS and row.seen_at > now - APART:
            continue
        try:
            text = read(address)
        except EgressError as error:
            log.info("site_policy.not_read", address=address, code=error.code)
            continue
        if text is not None:
            changed += _keep(row, kind, address, text, sources, now)
    return changed


def _keep(
    row: SitePolicy | None, kind: PolicyKind, address: str, text: str, sources: list[Source], now: datetime
) -> bool:
    """Keep what was read. True where it differs from what was kept, which operators are told."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    if row is None:
        first = SitePolicy(kind=kind, address=address, digest=digest, text=text[:TEXT_MOST], seen_at=now)
        SitePolicy.objects.bulk_create([first], ignore_conflicts=True)
        return False
    if row.digest == digest:
        SitePolicy.objects.filter(pk=row.pk).update(seen_at=now)
        return False
    taken = SitePolicy.objects.filter(pk=row.pk, digest=row.digest).update(
        digest=digest, text=text[:TEXT_MOST], before=row.text, seen_at=now, changed_at=now
    )
    if not taken:
        return False  # another process was faster, and tells
    what = "robots.txt" if kind is PolicyKind.ROBOTS else "terms"
    where = urlsplit(address).netloc
    raise_alert(
        f"policy:{kind.value}:{where}",
        f"The {what} of {where} changed",
        detail=f"{told(row.text, text[:TEXT_MOST])} Sources: {_names(sources)}. Both texts: admin, Robots.txt and terms.",
        source=sources[0] if len(sources) == 1 else None,
        now=now,
    )
    return True


def told(before: str, after: str) -> str:
    """What is new, and what is gone, in a few words. Linear in both."""
    old, new = before.splitlines(), after.splitlines()
    known, kept = set(old), set(new)
    added, gone = [line for line in new if line not in known], [line for line in old if line not in kept]
    parts = [f"{word}: {_short(lines)}." for word, lines in (("New", added), ("Gone", gone)) if lines]
    return " ".join(parts) or "Only the order of its lines, or what is behind the kept part, is another."


def _short(lines: list[str]) -> str:
    words = "; ".join(lines)
    return words if len(words) <= TOLD else f"{words[:TOLD]}…"


def _names(sources: list[Source]) -> str:
    more = f" and {len(sources) - 3} more" if len(sources) > 3 else ""
    return ", ".join(source.name[:60] for source in sources[:3]) + more


def _rules(rules: tuple[str, ...] | None) -> str | None:
    return None if rules is None else "\n".join(rules)


def _page(http: HttpClient, url: str) -> str:
    """The words of a page, a paragraph a line, without what changes at each request (scripts, markup, spaces)."""
    text = text_of_html(http.get(url).content.decode("utf-8", errors="replace"))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.splitlines())))
