"""Instagram: media of hashtags and of business accounts through the Graph API; captions become events, and a
person looks at every one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlsplit

from pipeline.connectors.platforms.instagram.media import account_of, is_media, records
from pipeline.connectors.support.graph_api import GraphApi, following
from pipeline.connectors.support.platform import is_on, json_of, setting
from pipeline.connectors.support.values import at, objects, settled, text, up_to
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.raw import RawPayload

VARIABLE: Final = "INSTAGRAM_ACCESS_TOKEN"
PAGE_SIZE: Final = 50
#: Different hashtags that one account may ask for in seven days.
MAX_HASHTAGS: Final = 30
_HOSTS: Final = ("instagram.com",)
_FIELDS: Final = "id,caption,media_type,media_url,permalink,timestamp,like_count,comments_count"
_NO_ACCOUNTS: Final = frozenset(
    {"p", "reel", "reels", "tv", "stories", "accounts", "about", "direct", "web", "developer", "legal"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class InstagramConfig:
    """Whose media and which hashtags to read."""

    accounts: tuple[str, ...] = setting(
        "Names of business or creator accounts, such as venues and promoters, without @.", ()
    )
    hashtags: tuple[str, ...] = setting(
        "Hashtags without #; Instagram allows 30 different ones in seven days.", ()
    )
    user_id: str = setting(
        "The id of our own business account that asks. Empty: INSTAGRAM_USER_ID or the credential's user_id."
    )
    venue: str = setting("Where these accounts' events take place, for captions that name no place.")
    max_pages: int = setting("Answers of 50 media to ask for, at most, for each account or hashtag.", 3)

    def __post_init__(self) -> None:
        """Lists of JSON become tuples; @ and # are not part of names."""
        object.__setattr__(self, "accounts", tuple(str(name).strip().lstrip("@") for name in self.accounts))
        object.__setattr__(
            self, "hashtags", tuple(str(name).strip().lstrip("#").lower() for name in self.hashtags)
        )


class InstagramConnector(GraphApi):
    """Reads captions."""

    metadata: ClassVar[Metadata] = Metadata(
        name="instagram",
        title="Instagram",
        type=SourceType.API,
        tier=Tier.DOCUMENTED,
        hosts=_HOSTS,
        allows="With Instagram Public Content Access: public media of a hashtag from the last 24 hours; media of business accounts by name.",
        quota="240 calls an hour as shipped; 30 different hashtags in seven days for each account.",
        quotas=(Quota(requests=240, seconds=3600.0),),
        storage="No longer than needed; to be deleted when the owner or Meta asks (Platform Terms, 3.d). People behind media are not kept.",
        attribution="Link to the post on Instagram.",
        sunset="The first API ended on 29 June 2020, the Basic Display API on 4 December 2024. What remains is the Graph API, for business accounts.",
        terms="https://developers.facebook.com/terms/",
        link="https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login/hashtag-search",
        variables=(VARIABLE, "INSTAGRAM_USER_ID"),
        credential=CredentialKind.OAUTH2,
        needs_key=True,
        always_review=True,
    )
    config_type: ClassVar[type[InstagramConfig]] = InstagramConfig

    config: InstagramConfig

    @classmethod
    def recognizes(cls, payload: RawPayload) -> float:
        """0.95 for an answer with media, of the Graph API or of the first one."""
        if b'"caption"' not in payload.content or payload.content[:50].lstrip()[:1] != b"{":
            return 0.0
        try:
            found = _media(json_of(payload))
        except SchemaChanged:
            return 0.0
        return 0.95 if found and all(map(is_media, found)) else 0.0

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The account or hashtag behind an address of Instagram's."""
        if not is_on(url, _HOSTS):
            return None
        parts = [part for part in urlsplit(url).path.split("/") if part]
        if len(parts) > 2 and parts[:2] == ["explore", "tags"]:
            return {"hashtags": [parts[2]]}
        return {"accounts": [parts[0]]} if parts and parts[0] not in {*_NO_ACCOUNTS, "explore"} else None

    def check_credentials(self, http: HttpClient) -> None:
        """Asks for our own account's name."""
        self.ask(http, f"/{self._user()}", {"fields": "username"})

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Each account's media, then each hashtag's. The ids of hashtags are kept in the checkpoint: asking
        for them counts."""
        if not self.config.accounts and not self.config.hashtags:
            raise ConfigInvalid("accounts or hashtags: missing; name business accounts or hashtags")
        if len(self.config.hashtags) > MAX_HASHTAGS:
            raise ConfigInvalid(
                f"hashtags: {len(self.config.hashtags)} named, Instagram allows {MAX_HASHTAGS} different ones in seven days"
            )
        self._user()
        yield from up_to(self._all(params, http), params.limit)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """What the captions of an answer announce, always PARTIAL. Raises SchemaChanged for an error and for
        what holds no media."""
        value = json_of(payload)
        self.raise_error(value)
        told = text(value, "meta", "error_message") or text(value, "meta", "error_type")
        if told:
            raise SchemaChanged(f"Instagram answered with an error: {told[:250]}")
        found = _media(value)
        if found is None or not all(map(is_media, found)):
            raise SchemaChanged(
                "an answer of Instagram's without media"
                if isinstance(value, dict) and "data" in value
                else "no media in this JSON"
            )
        account = account_of(at(value, "business_discovery"))
        made = [
            event
            for one in found
            for event in records(one, params=params, account=account, venue=self.config.venue)
        ]
        limited = params.limit is not None and len(made) > params.limit
        return Page(
            payload=payload, records=settled(made)[: params.limit], coverage=Coverage.PARTIAL, cut=limited
        )

    def _all(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        known = at(params.checkpoint, "hashtags")
        ids: dict[str, str] = {str(k): str(v) for k, v in known.items()} if isinstance(known, Mapping) else {}
        for name in self.config.accounts:
            yield from self._account(name, params, http)
        for name in self.config.hashtags:
            if name not in ids:
                ids[name] = self._hashtag_id(name, http)
            yield from (
                replace(page, checkpoint={"hashtags": dict(ids)})
                for page in self._hashtag(ids[name], params, http)
            )

    def _account(self, name: str, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """An account's media. A cursor that stays the same is the last."""

        def question(cursor: str) -> RawPayload:
            media = f"media.limit({PAGE_SIZE}){f'.after({cursor})' if cursor else ''}{{{_FIELDS}}}"
            fields = f"business_discovery.username({name}){{username,name,website,{media}}}"
            return self.ask(http, f"/{self._user()}", {"fields": fields})

        def onward(value: Any, here: str) -> str:
            after = text(value, "business_discovery", "media", "paging", "cursors", "after")
            return after if after != here else ""

        yield from (page for page, _ in self.walk(question, onward, params))

    def _hashtag(self, own: str, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """A hashtag's media of the last 24 hours. Its cursor stays the same from page to page; the last page
        has no `next`."""

        def question(cursor: str) -> RawPayload:
            asked = {"user_id": self._user(), "fields": _FIELDS, "limit": str(PAGE_SIZE)}
            path = f"/{quote(own, safe='')}/recent_media"
            return self.ask(http, path, {**asked, **({"after": cursor} if cursor else {})})

        yield from (page for page, _ in self.walk(question, following, params))

    def _hashtag_id(self, name: str, http: HttpClient) -> str:
        answer = json_of(self.ask(http, "/ig_hashtag_search", {"user_id": self._user(), "q": name}))
        own = next((text(one, "id") for one in objects(answer, "data")), "")
        if not own:
            raise SchemaChanged(f"Instagram gave no id for the hashtag {name[:60]}")
        return own

    def _user(self) -> str:
        """Our own account's id. Raises CredentialsMissing without token or id."""
        self.token()
        own = self.config.user_id or self.credentials.get("user_id")
        if not own.isdigit():
            raise CredentialsMissing(
                "Instagram wants to know which business account asks: set INSTAGRAM_USER_ID, or user_id in the configuration."
            )
        return own

    def token(self) -> str:
        """The source's token, else the one of the environment."""
        return self.credentials.get("access_token") or self.key()


def _media(value: Any) -> list[Mapping[str, Any]] | None:
    """The media of an answer, None where it has no place for them."""
    for path in (("business_discovery", "media", "data"), ("media", "data"), ("data",)):
        found = at(value, *path)
        if isinstance(found, list):
            return [one for one in found if isinstance(one, Mapping)]
    single = at(value, "data")
    return [single] if isinstance(single, Mapping) else None
