"""Instagram: media of hashtags and of business accounts through the Graph API; captions become events, and a
person looks at every one.

https://developers.facebook.com/docs/instagram-platform/reference/instagram-media
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from pipeline import patterns
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.graph_api import GraphApi, following
from pipeline.connectors.support.nested import counts
from pipeline.connectors.support.values import at, line, link, number, objects, text
from pipeline.contract.enums import ExtractionMethod
from pipeline.dates.moments import read_moment
from pipeline.prose import Prose, announced
from pipeline.text.decoding import MAX_DESCRIPTION, bounded_id, clip

_PAGE_SIZE: Final = 50
#: Different hashtags that one account may ask for in seven days.
_MAX_HASHTAGS: Final = 30
_FIELDS: Final = "id,caption,media_type,media_url,permalink,timestamp,like_count,comments_count"
#: First parts of paths that are no accounts.
_NO_ACCOUNTS: Final = frozenset(
    {"p", "reel", "reels", "tv", "stories", "accounts", "about", "direct", "web", "developer", "legal", "explore"}
)  # fmt: skip
_HASHTAG: Final = patterns.compile(r"#(\w+)")
#: What a medium has of the people behind and around it.
_PEOPLE: Final = frozenset({"user", "username", "owner", "comments", "likes", "users_in_photo"})
#: Where an answer has its media.
_LISTS: Final = (("business_discovery", "media", "data"), ("media", "data"), ("data",))


@dataclass(frozen=True, kw_only=True, slots=True)
class InstagramConfig:
    """Whose media and which hashtags to read."""

    accounts: tuple[str, ...] = sdk.setting(
        "Names of business or creator accounts, such as venues and promoters, without @.", ()
    )
    hashtags: tuple[str, ...] = sdk.setting(
        "Hashtags without #; Instagram allows 30 different ones in seven days.", ()
    )
    user_id: str = sdk.setting(
        "The id of our own business account that asks. Empty: INSTAGRAM_USER_ID or the credential's user_id."
    )
    venue: str = sdk.setting("Where these accounts' events take place, for captions that name no place.")
    max_pages: int = sdk.setting("Answers of 50 media to ask for, at most, for each account or hashtag.", 3)

    def __post_init__(self) -> None:
        """Lists of JSON become tuples; @ and # are not part of names."""
        object.__setattr__(self, "accounts", tuple(str(name).strip().lstrip("@") for name in self.accounts))
        hashtags = tuple(str(name).strip().lstrip("#").lower() for name in self.hashtags)
        object.__setattr__(self, "hashtags", hashtags)


class _Position(NamedTuple):
    """A page of the media of an account, by its name, or of a hashtag, by its id."""

    account: str = ""
    hashtag: str = ""
    cursor: str = ""
    number: int = 1


class InstagramConnector(GraphApi):
    """Reads captions."""

    metadata = sdk.Metadata(
        name="instagram",
        title="Instagram",
        type=sdk.SourceType.API,
        tier=sdk.Tier.DOCUMENTED,
        hosts=("instagram.com",),
        allows="With Instagram Public Content Access: public media of a hashtag from the last 24 hours; media of business accounts by name.",
        quota="240 calls an hour as shipped; 30 different hashtags in seven days for each account.",
        quotas=(sdk.Quota(requests=240, seconds=3600.0),),
        storage="No longer than needed; to be deleted when the owner or Meta asks (Platform Terms, 3.d). People behind media are not kept.",
        attribution="Link to the post on Instagram.",
        sunset="The first API ended on 29 June 2020, the Basic Display API on 4 December 2024. What remains is the Graph API, for business accounts.",
        terms="https://developers.facebook.com/terms/",
        link="https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/hashtag-search",
        variables=("INSTAGRAM_ACCESS_TOKEN", "INSTAGRAM_USER_ID"),
        credential=sdk.CredentialKind.OAUTH2,
        needs_key=True,
        always_review=True,
    )
    config_type = InstagramConfig
    paging = sdk.Paging(whole=sdk.Coverage.PARTIAL)
    marks = ((b'"caption"',),)
    errors = ("meta.error_message", "meta.error_type")

    @classmethod
    def sureness(cls, value: Any) -> float:
        """0.95 for an answer with media, of the Graph API or of the first one."""
        found = _media(value)
        return 0.95 if found and all(map(_is_medium, found)) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The account or hashtag behind an address of Instagram's."""
        parts = sdk.path_parts(url, cls.metadata.hosts) or []
        if len(parts) > 2 and parts[:2] == ["explore", "tags"]:
            return {"hashtags": [parts[2]]}
        return {"accounts": [parts[0]]} if parts and parts[0] not in _NO_ACCOUNTS else None

    def check_credentials(self, http: sdk.HttpClient) -> None:
        """Asks for our own account's name."""
        self.ask(http, f"/{self._user()}", {"fields": "username"})

    def fetch(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        """Each account's media, then each hashtag's. The ids of hashtags are kept in the checkpoint: asking
        for them counts."""
        if not self.config.accounts and not self.config.hashtags:
            raise sdk.ConfigInvalid("accounts or hashtags: missing; name business accounts or hashtags")
        if len(self.config.hashtags) > _MAX_HASHTAGS:
            raise sdk.ConfigInvalid(
                f"hashtags: {len(self.config.hashtags)} named, Instagram allows {_MAX_HASHTAGS} different ones in seven days"
            )
        self._user()
        yield from values.up_to(self._all(params, http), params.limit)

    def read(self, payload: sdk.RawPayload, params: sdk.FetchParams) -> sdk.Page:
        """What the captions of an answer announce, always PARTIAL. Raises SchemaChanged for an error and for
        what holds no media."""
        value = sdk.json_of(payload)
        self.raise_error(value)
        reported = self.error_of(value)
        if reported:
            raise sdk.SchemaChanged(f"Instagram answered with an error: {reported[:250]}")
        found = _media(value)
        if found is None or not all(map(_is_medium, found)):
            empty = isinstance(value, dict) and "data" in value
            raise sdk.SchemaChanged(
                "an answer of Instagram's without media" if empty else "no media in this JSON"
            )
        account = _account_of(at(value, "business_discovery"))
        made = [event for one in found for event in _announced(one, params, account, self.config.venue)]
        return self.page(payload, made, params)

    def ask_page(self, params: sdk.FetchParams, http: sdk.HttpClient, here: _Position) -> sdk.RawPayload:
        """50 media of an account, or of a hashtag in the last 24 hours."""
        if here.hashtag:
            asked = {"user_id": self._user(), "fields": _FIELDS, "limit": str(_PAGE_SIZE)}
            path = f"/{quote(here.hashtag, safe='')}/recent_media"
            return self.ask(http, path, asked | values.filled(after=here.cursor))
        media = f"media.limit({_PAGE_SIZE}){f'.after({here.cursor})' if here.cursor else ''}{{{_FIELDS}}}"
        fields = f"business_discovery.username({here.account}){{username,name,website,{media}}}"
        return self.ask(http, f"/{self._user()}", {"fields": fields})

    def onward(self, value: Any, here: _Position) -> _Position | None:
        """The page after this one. A hashtag's cursor stays the same from page to page, and its last page has
        no `next`; an account's that stays the same is the last."""
        after = text(value, "business_discovery", "media", "paging", "cursors", "after")
        after = following(value) if here.hashtag else "" if after == here.cursor else after
        return here._replace(cursor=after, number=here.number + 1) if after else None

    def _all(self, params: sdk.FetchParams, http: sdk.HttpClient) -> Iterator[sdk.Page]:
        known, params = at(params.checkpoint, "hashtags"), replace(params, limit=None)
        ids: dict[str, str] = {str(k): str(v) for k, v in known.items()} if isinstance(known, Mapping) else {}
        for name in self.config.accounts:
            yield from self.pages(params, http, start=_Position(account=name))
        for name in self.config.hashtags:
            ids[name] = ids.get(name) or self._hashtag_id(name, http)
            for page in self.pages(params, http, start=_Position(hashtag=ids[name])):
                yield replace(page, checkpoint={"hashtags": dict(ids)})

    def _hashtag_id(self, name: str, http: sdk.HttpClient) -> str:
        answer = sdk.json_of(self.ask(http, "/ig_hashtag_search", {"user_id": self._user(), "q": name}))
        own = next((text(one, "id") for one in objects(answer, "data")), "")
        if not own:
            raise sdk.SchemaChanged(f"Instagram gave no id for the hashtag {name[:60]}")
        return own

    def _user(self) -> str:
        """Our own account's id. Raises CredentialsMissing without token or id."""
        self.token()
        own = self.config.user_id or self.credentials.get("user_id")
        if not own.isdigit():
            raise sdk.CredentialsMissing(
                "Instagram wants to know which business account asks: set INSTAGRAM_USER_ID, or user_id in the configuration."
            )
        return str(own)

    def token(self) -> str:
        """The source's token, else the one of the environment."""
        return self.credentials.get("access_token") or self.key()


def _media(value: Any) -> list[dict[str, Any]] | None:
    """The media of an answer, None where it has no place for them."""
    for path in _LISTS:
        if isinstance(at(value, *path), list):
            return objects(value, *path)
    single = at(value, "data")
    return [single] if isinstance(single, dict) else None


def _is_medium(value: Mapping[str, Any]) -> bool:
    """Whether an object is a medium of the Graph API, or of the first one, which ended in 2020 and of which
    there are recordings."""
    graph = ("permalink" in value or "media_type" in value) and isinstance(value.get("caption"), str)
    bare = "permalink" in value and "media_type" in value
    first = values.has_all(value, ("images", "created_time", "caption"))
    return bool(text(value, "id")) and (graph or bare or first)


def _announced(
    media: Mapping[str, Any], params: sdk.FetchParams, account: sdk.OrganizerRef | None, venue: str
) -> list[sdk.RawRecord | sdk.Dropped]:
    """What the caption announces, one record or several; dropped where it names no date to come, several that
    are no list, or no title.

    `account` is the business whose medium it is, `venue` where its events are."""
    notes: list[str] = ["read from a caption"]
    name = bounded_id(text(media, "id"), notes=notes)
    caption = text(media, "caption") or text(media, "caption", "text")
    kept = {key: value for key, value in media.items() if key not in _PEOPLE}
    raw = values.source_of({**kept, "caption": caption})
    if not caption:
        return [sdk.Dropped(reason="no caption", external_id=name, raw=raw)]
    written = read_moment(media.get("timestamp")) or read_moment(media.get("created_time"))
    published = written if isinstance(written, datetime) and written.tzinfo else None
    likes = number(media, "like_count")
    about = sdk.RawRecord(
        external_id=name,
        description=clip(caption, MAX_DESCRIPTION, what="description", notes=notes),
        venue=_venue(media, venue),
        url=link(media, "permalink") or link(media, "link"),
        images=values.pictures([_picture(media)]),
        organizer=account,
        tags=values.lines(_HASHTAG.findall(caption)),
        popularity=counts(likes=number(media, "likes", "count") if likes is None else likes),
        method=ExtractionMethod.TEXT,
        metadata={"start_from": "caption"},
        published=published,
        raw=raw,
        notes=tuple(notes),
    )
    prose = Prose(
        text=caption,
        now=params.now,
        published=published,
        language=params.language,
        timezone=params.timezone,
        url=about.url,
        venue=venue,
    )
    return announced(prose, about, params)


def _account_of(found: Any) -> sdk.OrganizerRef | None:
    """A business account as organizer; only these are named, never the people behind other media."""
    user = text(found, "username")
    site = link(found, "website") or f"https://www.instagram.com/{user}/"
    return values.organizer(line(found, "name") or user, site, sdk.OrganizerType.BUSINESS)


def _venue(media: Mapping[str, Any], named: str) -> sdk.Venue:
    place = at(media, "location")
    return values.venue(
        name=line(place, "name") or named,
        point=(at(place, "latitude"), at(place, "longitude")),
        instagram=line(place, "id"),
    )


def _picture(media: Mapping[str, Any]) -> str:
    if text(media, "media_type").upper() == "VIDEO":
        return link(media, "thumbnail_url")
    return link(media, "media_url") or link(media, "images", "standard_resolution", "url")
