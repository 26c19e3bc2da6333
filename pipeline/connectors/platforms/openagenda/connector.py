"""OpenAgenda: the events of one agenda, by its API v2
(https://developers.openagenda.com/evenements/lecture)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode, urlsplit

from pipeline import patterns
from pipeline.connectors.platforms.openagenda.event import description, details, entry, timings, where
from pipeline.connectors.platforms.openagenda.opendatasoft import as_event, flat_items
from pipeline.connectors.support.platform import Platform, glance, is_on, json_of, payload_of, setting
from pipeline.connectors.support.values import (
    Facts,
    at,
    dropped,
    html_line,
    local_part,
    names_of,
    objects,
    record,
    text,
    told_apart,
    touching,
)
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.normalized import Recurrence
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.moments import read_moment
from pipeline.dates.window import Window

_API: Final = "https://api.openagenda.com/v2"
_SIZE: Final = 100
_TIMES: Final = ("timings", "nextTiming", "lastTiming", "firstTiming", "first_date")
#: Paths of openagenda.com that are no agenda.
_NO_AGENDAS: Final = frozenset(
    {
        "",
        "agendas",
        "events",
        "settings",
        "new",
        "search",
        "signin",
        "signup",
        "locations",
        "home",
        "contact",
        "api",
    }
)
#: First parts of paths that are a language or a version, and no agenda.
_NOT_SLUG: Final = patterns.compile(r"[a-z]{2}|v\d")
_SLUG: Final = patterns.compile(r"^[a-z0-9][a-z0-9_-]{1,100}$", patterns.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAgendaConfig:
    """Which agenda to read, and how."""

    agenda: str = setting(
        "The agenda's uid (a number, in the side bar of its page) or the name in its address."
    )
    url: str = setting("Or the agenda's page, such as https://openagenda.com/metropole-de-lyon.")
    language: str = setting("Preferred language of texts, such as fr; otherwise the source's, then en, fr.")
    search: str = setting("Only events with these words.")
    max_pages: int = setting(f"Pages of {_SIZE} events that one run asks for, at most.", 50)
    api: str = setting("Where the API answers.", _API)


class OpenAgendaConnector(Platform):
    """Reads an agenda's events: detailed and short answers, single events, and the flat export of the open
    data set."""

    metadata: ClassVar[Metadata] = Metadata(
        name="openagenda",
        title="OpenAgenda",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=("openagenda.com",),
        allows="read all published events of any public agenda with the public key of an account",
        quota="no figure is published; we ask at most 60 times a minute",
        quotas=(Quota(requests=60, seconds=60),),
        storage="may be kept: open data",
        attribution="Events from OpenAgenda, under its open licence (ODbL), naming the agenda",
        credit="Data from OpenAgenda, under the Open Database Licence (ODbL)",
        sunset="v1 is retired; a v3 is being drafted (https://github.com/OpenAgenda/oa-public, api-spec), v2 is what answers today",
        terms="https://openagenda.com/terms",
        link="https://developers.openagenda.com/evenements/lecture",
        variables=("OPENAGENDA_API_KEY",),
        credential=CredentialKind.KEY,
        needs_key=True,
    )
    config_type: ClassVar[type[OpenAgendaConfig]] = OpenAgendaConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.97 for answers of events with OpenAgenda's timings, 0.96 and 0.95 for flat exports; 0 for all
        else, an empty answer included."""
        if flat_items(glance(payload, b'"firstdate_begin"', b'"title_')):
            return 0.96
        for signs in ((b'"title"', b"iming"), (b'"title"', b'"first_date"', b"openagenda.com")):
            for item in _items(glance(payload, *signs))[:20]:
                if _is_event(item):
                    return 0.97 if "first_date" not in item else 0.95
        return 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """`openagenda.com/AGENDA…`, `/agendas/UID…`, with or without a language before it, and the API's own
        addresses."""
        if not is_on(url, cls.metadata.hosts):
            return None
        steps = [step for step in urlsplit(url).path.split("/") if step]
        if steps[:1] and _NOT_SLUG.fullmatch(steps[0]):
            steps = steps[1:]
        if steps[:1] == ["agendas"]:
            steps = steps[1:]
        if not steps or steps[0] in _NO_AGENDAS or not _SLUG.match(steps[0]):
            return None
        return {"agenda": steps[0]}

    def check_credentials(self, http: HttpClient) -> None:
        """Asks for one agenda. Raises CredentialsMissing without a key, ClientRefused for a wrong one."""
        json_of(payload_of(http.get(f"{self.config.api}/agendas?size=1", headers=self._headers())))

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """All pages of the window, by the answer's cursor. WINDOWED; where `max_pages` or a limit ends it,
        PARTIAL and cut, resumed by its cursor."""
        uid = self._uid(http)
        window = Window.of(params)
        query = [
            ("detailed", "1"),
            ("longDescriptionFormat", "HTML"),
            ("size", str(min(_SIZE, params.limit or _SIZE))),
            ("sort", "timings.asc"),
            ("timings[gte]", f"{window.start:%Y-%m-%dT%H:%M:%SZ}"),
            ("timings[lte]", f"{window.end:%Y-%m-%dT%H:%M:%SZ}"),
            *([("search", self.config.search)] if self.config.search else []),
        ]
        after = [text(part) for part in params.checkpoint.get("after") or []]
        resumed, left = bool(after), params.limit
        for number in range(1, max(1, self.config.max_pages) + 1):
            address = f"{self.config.api}/agendas/{uid}/events?{urlencode([*query, *(('after[]', part) for part in after)])}"
            payload = payload_of(http.get(address, headers=self._headers()))
            page = self.read(payload, replace(params, limit=left))
            answer = json_of(payload)
            cursor = _cursor(answer)
            asked = len(_items(answer))
            left = None if left is None else left - asked
            more = asked >= _SIZE and bool(cursor) and cursor != after
            stopped = (more and number == self.config.max_pages) or (left is not None and left <= 0)
            yield replace(
                page,
                coverage=Coverage.PARTIAL if stopped or resumed or params.limit else Coverage.WINDOWED,
                covered_until=window.end,
                cut=stopped,
                checkpoint={"after": cursor if stopped and more and params.limit is None else []},
            )
            if stopped or not more:
                return
            after = cursor

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of an answer, each timing in the window a record. Raises SchemaChanged for an error or
        anything else that is no list of events."""
        value = json_of(payload)
        items = _items(value)
        listed = isinstance(value, list) or (
            isinstance(value, dict) and isinstance(value.get("events"), list)
        )
        empty = value == [] or (isinstance(value, dict) and value.get("events") == [])
        if not empty and not any("title" in item for item in items):
            raise SchemaChanged(f"no events of OpenAgenda: {_complaint(value)}")
        total = value.get("total") if isinstance(value, dict) else None
        whole = params.limit is None and listed and (not isinstance(total, int) or total <= len(items))
        records = told_apart(one for item in items[: params.limit] for one in self._records(item, params))
        return Page(
            payload=payload,
            records=records,
            coverage=Coverage.PARTIAL,
            cut=not whole,
            calendar_name=html_line(at(value, "agenda", "title")),
        )

    def _headers(self) -> dict[str, str]:
        return {"key": self.key()}

    def _uid(self, http: HttpClient) -> str:
        """The agenda's number; a name in an address is looked up."""
        named = self.config.agenda or (self.config_for(self.config.url) or {}).get("agenda", "")
        if not named:
            raise ConfigInvalid(
                "agenda: missing; give the agenda's uid, or in `url` the address of its page on openagenda.com"
            )
        if named.isdigit():
            return str(named)
        found = json_of(
            payload_of(
                http.get(
                    f"{self.config.api}/agendas?size=1&slug%5B%5D={quote(named)}", headers=self._headers()
                )
            )
        )
        uid = text(at(found, "agendas", 0, "uid"))
        if not uid:
            raise ConfigInvalid(
                f"agenda: OpenAgenda knows no agenda called {named[:60]!r}; give its uid, a number"
            )
        return uid

    def _records(self, item: dict[str, Any], params: FetchParams) -> Iterator[RawRecord | Dropped]:
        """One record for each timing of an event; Dropped where it is private, refused by its agenda, or has
        no title or time."""
        wanted = tuple(filter(None, (self.config.language[:2], params.language[:2].lower(), "en", "fr")))
        language, title = local_part(item.get("title"), wanted)
        if item.get("private") in (1, True) or item.get("state") == -1:
            yield dropped(
                "refused by the agenda" if item.get("state") == -1 else "private",
                item,
                item.get("uid"),
                html_line(title),
            )
            return
        languages = tuple(filter(None, (language, *wanted)))
        times, notes = timings(item)
        starts = [read_moment(begin) for begin, _ in times]
        names = names_of(starts)
        facts = Facts(
            item=item,
            id=item.get("uid") or item.get("slug"),
            title=text(title),
            description=description(item, languages),
            notes=notes,
        )
        for place in touching(starts, Window.of(params)) if times else ():
            begin, end = times[place]
            series = Recurrence(series_id=text(facts.id)) if len(times) > 1 else None
            own = {**item, "timings": [{"begin": begin, "end": end}]} if len(times) > 1 else item
            once = replace(facts, item=own, recurrence_id=names[place], start=begin, end=end)
            yield record(
                once,
                language=language,
                recurrence=series,
                **where(item),
                **details(item, languages),
                **entry(item, languages),
            )
        if not times:
            yield record(facts)


def _cursor(answer: Any) -> list[str]:
    """Where the next page begins; [] after the last one."""
    after = at(answer, "after")
    return [text(part) for part in after] if isinstance(after, list) else []


def _items(value: Any) -> list[dict[str, Any]]:
    """The events of a list, an answer, several answers under names, `{"event": …}`, a flat export, or an
    event alone."""
    flat = flat_items(value)
    if flat:
        return [as_event(item) for item in flat]
    if isinstance(value, list):
        return objects(value)
    if not isinstance(value, dict):
        return []
    for name in ("events", "event"):
        if isinstance(value.get(name), list | dict):
            return objects(value[name])
    if _is_event(value):
        return [value]
    return [
        item
        for part in value.values()
        if isinstance(part, dict) and isinstance(part.get("events"), list)
        for item in objects(part["events"])
    ]


def _is_event(item: Mapping[str, Any]) -> bool:
    if "first_date" in item:
        return "openagenda.com" in text(item.get("url")) and bool(item.get("title"))
    ours = any(
        name in item for name in ("dateRange", "attendanceMode", "originAgenda", "longDescription", "slug")
    )
    timed = any(
        isinstance(one, dict) and "begin" in one for name in _TIMES for one in objects(item.get(name))[:1]
    )
    return ours and timed and isinstance(item.get("title"), dict | str)


def _complaint(value: Any) -> str:
    said = html_line(at(value, "message") or at(value, "error") or at(value, "errors", 0, "message"))
    return said or "the answer has no list of events"
