"""Facebook: events of pages that granted access, through the Graph API; public event pages without."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.public_page import PublicPages
from pipeline.connectors.platforms.facebook.event import FIELDS, SITE, is_event, records
from pipeline.connectors.platforms.facebook.graph import GraphApi, following, raise_error
from pipeline.connectors.platforms.facebook.site import is_page, page_records
from pipeline.connectors.support.platform import is_on, payload_of, setting
from pipeline.connectors.support.values import at, objects, settled, up_to
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.raw import Dropped, RawPayload, RawRecord

PAGE_SIZE: Final = 50
VARIABLE: Final = "FACEBOOK_ACCESS_TOKEN"
_HOSTS: Final = ("facebook.com", "fb.com", "fb.me")
_WORDS: Final = patterns.compile(r"[a-z]{3,}")
_ID: Final = patterns.compile(r"/events/(?:[^/?#]+/){0,3}?(\d{6,20})(?:[/?#]|$)")
#: First parts of paths that are no pages.
_NO_PAGES: Final = frozenset(
    {
        "groups", "watch", "marketplace", "login", "login.php", "help", "privacy", "policies", "legal", "business", "share", "share.php", "sharer",
        "sharer.php", "dialog", "plugins", "tr", "l.php", "profile.php", "story.php", "permalink.php", "photo", "photo.php", "media", "reel", "hashtag",
        "people", "search", "ads", "gaming", "events",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class FacebookConfig:
    """What to read of Facebook: pages whose token we hold, and single public events."""

    pages: tuple[str, ...] = setting(
        "Ids or names of pages whose token is in the credential. Needs a token.", ()
    )
    events: tuple[str, ...] = setting("Ids of public events whose pages are read, without a token.", ())
    categories: tuple[str, ...] = setting(
        "Only events whose category has one of these words, such as festival, fitness, food, drink, shopping. Empty: all.",
        (),
    )
    max_pages: int = setting("Answers of 50 events to ask for, at most, for each page.", 20)

    def __post_init__(self) -> None:
        """Lists of JSON become tuples."""
        for name in ("pages", "events", "categories"):
            object.__setattr__(self, name, tuple(map(str, getattr(self, name))))


class FacebookConnector(GraphApi, PublicPages):
    """Reads Facebook's events."""

    metadata: ClassVar[Metadata] = Metadata(
        name="facebook",
        title="Facebook",
        type=SourceType.API,
        tier=Tier.PROVED,
        hosts=_HOSTS,
        allows="Events of pages that gave the app a page token (pages_show_list, pages_read_engagement), and public event pages as robots.txt allows.",
        quota="200 calls an hour for each user of the app.",
        quotas=(Quota(requests=200, seconds=3600.0),),
        storage="No longer than needed; to be deleted when the page or Meta asks (Platform Terms, 3.d).",
        attribution="Link to the event on Facebook.",
        sunset="Event search ended in 2018. Meta calls the pages' events edge restricted: new apps get it for their own pages at most.",
        terms="https://developers.facebook.com/terms/",
        link="https://developers.facebook.com/docs/graph-api/reference/page/events/",
        variables=(VARIABLE, "FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET"),
        credential=CredentialKind.OAUTH2,
    )
    config_type: ClassVar[type[FacebookConfig]] = FacebookConfig
    site: ClassVar[str] = SITE
    page_score: ClassVar[float] = 0.97
    answer_score: ClassVar[float] = 0.95

    config: FacebookConfig

    @classmethod
    def has_state(cls, payload: RawPayload) -> bool:
        """A page with an event, or the JSON of one."""
        return is_page(payload)

    @classmethod
    def may_answer(cls, payload: RawPayload) -> bool:
        """An object with the start of an event."""
        return b'"start_time"' in payload.content and payload.content[:50].lstrip()[:1] == b"{"

    @classmethod
    def is_answer(cls, value: Any) -> bool:
        """A list most of which are events of the Graph API, paged or with their places."""
        listed = objects(value, "data")
        paged = isinstance(at(value, "paging"), dict) or any("place" in one for one in listed)
        return 2 * sum(map(is_event, listed)) > len(listed) and paged

    @classmethod
    def id_in(cls, url: str) -> str:
        """The event's id in an address of its page."""
        found = _ID.search(url)
        return found.group(1) if found else ""

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The event or page behind an address of Facebook's."""
        if not is_on(url, _HOSTS):
            return None
        own = cls.id_in(url)
        if own:
            return {"events": [own]}
        parts = [part for part in urlsplit(url).path.split("/") if part]
        if parts[:1] == ["pg"]:
            parts = parts[1:]
        if parts[:1] == ["pages"]:
            return {"pages": [parts[-1]]} if parts[-1].isdigit() else None
        return {"pages": [parts[0]]} if parts and parts[0] not in _NO_PAGES else None

    def check_credentials(self, http: HttpClient) -> None:
        """Asks who the token belongs to. Without a token there is nothing to check."""
        if self.token():
            self.ask(http, "/me", {"fields": "id"})

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """The events of each page, then each public event. Raises ConfigInvalid where neither is named,
        CredentialsMissing for pages without a token."""
        if not self.config.pages and not self.config.events:
            raise ConfigInvalid(
                "pages or events: missing; name the pages whose token you hold, or ids of public events"
            )
        if self.config.pages and not self.token():
            raise CredentialsMissing(
                f"Facebook needs a page's token: set {VARIABLE}, or give the source a credential."
            )
        yield from up_to(self._all(params, http), params.limit)

    def read_state(self, payload: RawPayload, params: FetchParams) -> Page | None:
        """The event of a page, or those that it lists. Raises SchemaChanged where none of them can be read."""
        if not is_page(payload):
            return None
        told = page_records(payload)
        if not told:
            raise SchemaChanged("a page of Facebook's without an event that can be read")
        return Page(payload=payload, records=self._wanted(told)[: params.limit], coverage=Coverage.PARTIAL)

    def read_answer(self, payload: RawPayload, value: Any, params: FetchParams) -> Page | None:
        """An answer of the Graph API, or the error that it is."""
        raise_error(value, variable=VARIABLE)
        listed = objects(value, "data") if isinstance(at(value, "data"), list) else [value]
        if isinstance(value, list) or (listed and not any(map(is_event, listed))):
            return None
        found = self._wanted(settled([made for one in listed for made in records(one)]))
        cut = bool(following(value)) or (params.limit is not None and len(found) > params.limit)
        return Page(payload=payload, records=found[: params.limit], coverage=Coverage.PARTIAL, cut=cut)

    def _all(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        for name in self.config.pages:
            yield from self._events_of(name, params, http)
        for own in self.config.events:
            yield self.read(
                payload_of(http.get(f"{self.site}/events/{quote(own, safe='')}/")),
                replace(params, limit=None),
            )

    def _events_of(self, name: str, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """A page's upcoming events, the cancelled ones too. All answers together are all there is, unless
        public events are read beside them."""
        asked = {
            "fields": FIELDS,
            "time_filter": "upcoming",
            "include_canceled": "true",
            "limit": str(PAGE_SIZE),
        }
        whole = Coverage.PARTIAL if self.config.events else Coverage.COMPLETE
        path, before = f"/{quote(name, safe='')}/events", ""

        def question(cursor: str) -> RawPayload:
            return self.ask(http, path, {**asked, **({"after": cursor} if cursor else {})})

        for page, after in self.walk(question, following, params):
            stopped = page.cut or (after != "" and after == before)
            yield replace(page, coverage=Coverage.PARTIAL if stopped else whole, cut=stopped)
            if stopped:
                return
            before = after

    def _wanted(self, found: list[RawRecord | Dropped]) -> list[RawRecord | Dropped]:
        """Without those of other categories, where the configuration names some; what has no category
        stays."""
        if not self.config.categories:
            return found
        words = [
            word for name in self.config.categories for word in _WORDS.findall(name.lower()) if word != "and"
        ]
        return [_of_category(one, words) for one in found]

    def token(self) -> str:
        """A page's token; else the app's own, made of its id and secret (Meta's "app access token")."""
        app, secret = self.credentials.get("app_id"), self.credentials.get("app_secret")
        return (
            self.credentials.get("access_token")
            or self.credentials.get("key")
            or (f"{app}|{secret}" if app and secret else "")
        )


def _of_category(one: RawRecord | Dropped, words: list[str]) -> RawRecord | Dropped:
    if (
        isinstance(one, Dropped)
        or not one.categories
        or any(word in name.lower() for name in one.categories for word in words)
    ):
        return one
    return Dropped(reason="category not wanted", external_id=one.external_id, title=one.title, raw=one.raw)
