"""robots.txt by RFC 9309: which addresses may be requested, and how often."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
from protego import Protego

from egress.exceptions import BadAnswer, RobotsRefused, ServerFailed, TooManyRedirects
from egress.limits import MemoryStore, Store
from egress.masking import mask_text
from egress.response_status import AskedToWait
from pipeline import patterns
from pipeline.contract.http import Response
from pipeline.contract.http_errors import ClientRefused

#: RFC 9309, 2.5: at least 500 KiB are read, the rest is ignored. 2.3.1.2: at least five redirects. 2.4:
#: cached for a day at most.
MAX_BYTES = 500 * 1024
MAX_REDIRECTS = 5
KEPT = 24 * 3600.0
#: How long a site with an unreachable robots.txt gets no requests (seconds).
UNREACHABLE_KEPT = 600.0
#: The longest Crawl-delay that is accepted (seconds).
LONGEST_DELAY = 3600.0
PARSED = 64
_USER_AGENT = patterns.compile(r"\s*user[- ]?agent\s*[:\s]\s*(.*)", patterns.IGNORECASE)
_OTHERS = "User-agent: some-other-robot"
#: A line with a rule as Protego reads it, its misspellings too: the field, and its value.
_LINE = patterns.compile(
    r"(user[- ]?agent|allow|diss?allow|dissalow|disalow|diasllow|disallaw|crawl[- ]delay|[a-z][a-z -]{0,30}?)(?:\s*:|\s)\s*(.*)",
    patterns.IGNORECASE,
)
_FIELDS = (
    dict.fromkeys(("user agent", "useragent"), "User-agent")
    | dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "Disallow")
    | {"allow": "Allow", "crawl delay": "Crawl-delay"}
)
_SITE_WIDE = frozenset({"sitemap", "sitemaps", "site-map", "host"})


class RobotsUnreachable(RobotsRefused):
    """The site's robots.txt fails with 5xx or 429, which forbids everything for now (RFC 9309, 2.3.1.4).

    A retry may help.
    """

    code = "robots unreachable"
    permanent = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The cached result for one site: whether robots.txt was available, and its text ('' allows everything)."""

    reachable: bool
    text: str = ""

    def dump(self) -> bytes:
        return json.dumps([self.reachable, self.text]).encode()

    @classmethod
    def load(cls, value: bytes) -> "Verdict":
        reachable, text = json.loads(value)
        return cls(bool(reachable), str(text))


class Robots:
    """Fetches each site's robots.txt at most once a day.

    The processes share `store`; parsed rules are cached for the last few sites.
    """

    def __init__(self, *, store: Store | None = None) -> None:
        self._store = MemoryStore() if store is None else store
        self._parsed: OrderedDict[tuple[str, str], Protego] = OrderedDict()

    def check(self, url: httpx.URL, *, agent: str, fetch: Callable[[str], Response]) -> float:
        """The site's Crawl-delay for `agent` in seconds (0 to an hour) if `url` may be fetched.

        `agent` is only the product token ("Nocturne"). `fetch` gets robots.txt through the HTTP client's
        guard and limits. Raises RobotsRefused, RobotsUnreachable, or the error of `fetch` when there was no
        answer at all.
        """
        verdict = self.read(url, fetch=fetch)
        if not verdict.reachable:
            raise RobotsUnreachable(
                "robots.txt cannot be read, so nothing may be fetched for now",
                url=mask_text(str(url)),
                retry_after=UNREACHABLE_KEPT,
            )
        rules = self._rules(verdict.text, agent)
        if not rules.can_fetch(str(url), agent):
            raise RobotsRefused("robots.txt forbids this path", url=mask_text(str(url)))
        return min(rules.crawl_delay(agent) or 0.0, LONGEST_DELAY)

    def read(self, url: httpx.URL, *, fetch: Callable[[str], Response]) -> Verdict:
        """The kept result for the site of `url`, fetched where it is older than a day."""
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        kept = self._store.get("robots:" + site)
        if kept is not None:
            return Verdict.load(kept)
        verdict = self._ask(site + "/robots.txt", fetch)
        self._store.set(
            "robots:" + site, verdict.dump(), seconds=KEPT if verdict.reachable else UNREACHABLE_KEPT
        )
        return verdict

    @staticmethod
    def _ask(url: str, fetch: Callable[[str], Response]) -> Verdict:
        try:
            answer = fetch(url)
        except (ClientRefused, TooManyRedirects):
            return Verdict(reachable=True)
        except (ServerFailed, AskedToWait, BadAnswer):
            return Verdict(reachable=False)
        return Verdict(reachable=True, text=answer.content[:MAX_BYTES].decode("utf-8", errors="replace"))

    def _rules(self, text: str, agent: str) -> Protego:
        kept = self._parsed.get((text, agent))
        if kept is None:
            kept = self._parsed[text, agent] = Protego.parse(relevant(text, agent))
            if len(self._parsed) > PARSED:
                self._parsed.popitem(last=False)
        return kept


def relevant(text: str, agent: str) -> str:
    """`text` with every robot but `*` and `agent` under one name.

    Protego copies each rule to each robot of a group, which 20,000 robots in a hostile 500 KiB would turn
    into hundreds of millions of rules.
    """

    def renamed(line: str) -> str:
        found = _USER_AGENT.match(line)
        name = found[1].split("#")[0].strip().lower() if found else "*"
        return line if name == "*" or name.strip("*") == agent.lower() else _OTHERS

    return "\n".join(renamed(line) for line in text.removeprefix("\ufeff").splitlines())


def rules_for(text: str, agent: str) -> tuple[str, ...]:
    """What `text` says to `agent` (a product token), in a form that changes only where its meaning may.

    Lines such as "Disallow: /private", sorted, without comments, sitemaps and what is said to others. Rules of its own
    replace those for all robots (RFC 9309, 2.2.1). () allows everything.
    """
    own: set[str] | None = None
    everyone: set[str] = set()
    named: set[str] = set()
    is_open = False  # whether the last line named a robot, so that the next one joins it
    for field, value in _lines(relevant(text, agent)):
        if field == "User-agent":
            named = (named if is_open else set()) | {"*" if value == "*" else value.strip("*").lower()}
            own = set() if own is None and agent.lower() in named else own
            is_open = True
            continue
        is_open = False
        if not value or not field:
            continue
        rule = f"{field}: {value}"
        if "*" in named:
            everyone.add(rule)
        if own is not None and agent.lower() in named:
            own.add(rule)
    return tuple(sorted(everyone if own is None else own))


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Field and value of each line that matters to the groups; the field is '' where it is none of ours."""
    for line in text.splitlines():
        found = _LINE.match(line.partition("#")[0].strip() + " ")
        if found is None or (word := found[1].strip().lower()) in _SITE_WIDE:
            continue
        yield _FIELDS.get(word.replace("-", " "), ""), found[2].strip()
