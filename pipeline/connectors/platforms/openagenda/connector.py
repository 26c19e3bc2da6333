"""OpenAgenda: the events of one agenda, by its API v2
(https://developers.openagenda.com/evenements/lecture)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline import patterns
from pipeline.connectors.platforms.openagenda.event import records
from pipeline.connectors.platforms.openagenda.opendatasoft import as_event, flat_items
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, objects, text
from pipeline.dates.window import Window

_SIZE: Final = 100
_TIMES: Final = ("timings", "nextTiming", "lastTiming", "firstTiming", "first_date")
_DETAILS: Final = ("dateRange", "attendanceMode", "originAgenda", "longDescription", "slug")
#: Paths of openagenda.com that are no agenda.
_NO_AGENDAS: Final = frozenset({
    "agendas", "events", "settings", "new", "search", "signin", "signup", "locations", "home", "contact", "api",
})  # fmt: skip
#: First parts of paths that are a language or a version, and no agenda.
_NOT_SLUG: Final = patterns.compile(r"[a-z]{2}|v\d")
_SLUG: Final = patterns.compile(r"^[a-z0-9][a-z0-9_-]{1,100}$", patterns.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAgendaConfig:
    """Which agenda to read, and how."""

    agenda: str = sdk.setting(
        "The agenda's uid (a number, in the side bar of its page) or the name in its address."
    )
    url: str = sdk.setting("Or the agenda's page, such as https://openagenda.com/metropole-de-lyon.")
    language: str = sdk.setting(
        "Preferred language of texts, such as fr; otherwise the source's, then en, fr."
    )
    search: str = sdk.setting("Only events with these words.")
    max_pages: int = sdk.setting(f"Pages of {_SIZE} events that one run asks for, at most.", 50)
    api: str = sdk.setting("Where the API answers.", "https://api.openagenda.com/v2")


class OpenAgendaConnector(sdk.EventList):
    """Reads an agenda's events: detailed and short answers, single events, and the flat export of the open
    data set."""

    metadata = sdk.Metadata(
        name="openagenda",
        title="OpenAgenda",
        type=sdk.SourceType.API,
        tier=sdk.Tier.PROVED,
        hosts=("openagenda.com",),
        allows="read all published events of any public agenda with the public key of an account",
        quota="no figure is published; we ask at most 60 times a minute",
        quotas=(sdk.Quota(requests=60, seconds=60),),
        storage="may be kept: open data",
        attribution="Events from OpenAgenda, under its open licence (ODbL), naming the agenda",
        credit="Data from OpenAgenda, under the Open Database Licence (ODbL)",
        sunset="v1 is retired; a v3 is being drafted (https://github.com/OpenAgenda/oa-public, api-spec), v2 is what answers today",
        terms="https://openagenda.com/terms",
        link="https://developers.openagenda.com/evenements/lecture",
        variables=("OPENAGENDA_API_KEY",),
        credential=sdk.CredentialKind.KEY,
        needs_key=True,
    )
    config_type = OpenAgendaConfig
    marks = (
        (b'"title"', b"iming"),
        (b'"title"', b'"first_date"', b"openagenda.com"),
        (b'"firstdate_begin"', b'"title_'),
    )
    credential = sdk.Key(header="key")
    errors = ("message", "error", "errors.0.message")
    calendar = ("agenda", "title")
    #: The cursor, in parts, and the entry of the checkpoint that keeps it.
    paging = sdk.Paging(start=[], checkpoint="after")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.97 for answers of events with OpenAgenda's timings, 0.96 and 0.95 for flat exports; 0 for all
        else, an empty answer included."""
        if flat_items(value):
            return 0.96
        event = next((item for item in _items(value)[:20] if _is_event(item)), None)
        return 0.0 if event is None else 0.95 if "first_date" in event else 0.97

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """`openagenda.com/AGENDA…`, `/agendas/UID…`, with or without a language before it, and the API's own
        addresses."""
        steps = urlsplit(url).path.split("/") if sdk.is_on(url, cls.metadata.hosts) else []
        steps = [step for step in steps if step]
        if steps[:1] and _NOT_SLUG.fullmatch(steps[0]):
            steps = steps[1:]
        if steps[:1] == ["agendas"]:
            steps = steps[1:]
        named = steps[0] if steps else ""
        return {"agenda": named} if _SLUG.match(named) and named not in _NO_AGENDAS else None

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """Asks for one agenda. Raises CredentialsMissing without a key, ClientRefused for a wrong one."""
        sdk.json_of(self.ask(http, "agendas", {"size": "1"}))

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """All pages of the window, of the agenda by its number."""
        numbered = type(self)(replace(self.config, agenda=self._number(http)), self.credentials)
        yield from numbered.pages(params, http, until=Window.of(params).end)

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: list[str]) -> sdk.RawPayload:
        """One page of events; `here` is its cursor."""
        window = Window.of(params)
        asked = [
            ("detailed", "1"),
            ("longDescriptionFormat", "HTML"),
            ("size", str(min(_SIZE, params.limit or _SIZE))),
            ("sort", "timings.asc"),
            ("timings[gte]", f"{window.start:%Y-%m-%dT%H:%M:%SZ}"),
            ("timings[lte]", f"{window.end:%Y-%m-%dT%H:%M:%SZ}"),
            *values.filled(search=self.config.search).items(),
            *(("after[]", text(part)) for part in here),
        ]
        return self.ask(http, f"agendas/{self.config.agenda}/events", asked)

    def onward(self, value: Any, here: list[str]) -> list[str] | None:
        """The cursor of the next page, after a full one."""
        after = at(value, "after")
        cursor = [text(part) for part in after] if isinstance(after, list) else []
        return cursor if cursor and cursor != here and len(_items(value)) >= _SIZE else None

    @classmethod
    def items(cls, value: Any) -> list[dict[str, Any]]:
        """The events of an answer. Raises SchemaChanged for an error or anything else that is no list of
        events."""
        items = _items(value)
        if _listed(value) != [] and not any("title" in item for item in items):
            said = cls.error_of(value) or "the answer has no list of events"
            raise sdk.SchemaChanged(f"no events of OpenAgenda: {said}")
        return items

    def has_more(self, value: Any, items: list[Any]) -> bool:
        """Whether it is a part by its total, or no list."""
        total = at(value, "total")
        return not isinstance(_listed(value), list) or (isinstance(total, int) and total > len(items))

    def record(self, item: dict[str, Any], params: sdk.FetchParams) -> Iterator[sdk.RawRecord | sdk.Dropped]:
        """One record for each timing of an event."""
        wanted = (self.config.language[:2], params.language[:2].lower(), "en", "fr")
        return records(item, tuple(filter(None, wanted)), Window.of(params))

    def _number(self, http: sdk.HttpClient) -> str:
        """The agenda's number; a name in an address is looked up."""
        named = self.config.agenda or (self.config_for(self.config.url) or {}).get("agenda", "")
        if not named:
            raise sdk.ConfigInvalid(
                "agenda: missing; give the agenda's uid, or in `url` the address of its page on openagenda.com"
            )
        if named.isdigit():
            return str(named)
        uid = text(
            sdk.json_of(self.ask(http, "agendas", [("size", "1"), ("slug[]", named)])), "agendas", 0, "uid"
        )
        if not uid:
            raise sdk.ConfigInvalid(
                f"agenda: OpenAgenda knows no agenda called {named[:60]!r}; give its uid, a number"
            )
        return uid


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else at(value, "events")


def _items(value: Any) -> list[dict[str, Any]]:
    """The events of a list, an answer, several answers under names, `{"event": …}`, a flat export, or an
    event alone."""
    flat = flat_items(value)
    if flat:
        return [as_event(item) for item in flat]
    if not isinstance(value, dict):
        return objects(value)
    for name in ("events", "event"):
        if isinstance(value.get(name), list | dict):
            return objects(value, name)
    if _is_event(value):
        return [value]
    answers = [part for part in value.values() if isinstance(at(part, "events"), list)]
    return [item for answer in answers for item in objects(answer, "events")]


def _is_event(item: Mapping[str, Any]) -> bool:
    if "first_date" in item:
        return "openagenda.com" in text(item, "url") and bool(item.get("title"))
    ours = any(name in item for name in _DETAILS)
    timed = any("begin" in one for name in _TIMES for one in objects(item, name)[:1])
    return ours and timed and isinstance(item.get("title"), dict | str)
