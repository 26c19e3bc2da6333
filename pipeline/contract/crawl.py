"""What a crawl is asked for and what it gives, frozen."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

PLACEHOLDER = "{page}"


class Render(StrEnum):
    """Who makes the page: the server alone, a browser that runs its scripts, or whichever gives the list."""

    AUTO = "auto"
    HTTP = "http"
    BROWSER = "browser"


class Pagination(StrEnum):
    """How a list goes on: not at all, by a number in its address, by a link, by a button that loads more, or
    by scrolling."""

    NONE = "none"
    NUMBERED = "numbered"
    NEXT = "next"
    CLICK = "click"
    SCROLL = "scroll"


class LoginKind(StrEnum):
    NONE = "none"
    BASIC = "basic"
    FORM = "form"


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """How to sign in. `url` has the form, whose inputs are called `username_field` and `password_field`;
    `submit` selects its button ('' sends the form), `signed_in` what only a reader who is signed in sees (''
    means: no password input any more)."""

    kind: LoginKind
    username: str = field(repr=False)
    password: str = field(repr=False)
    url: str = ""
    username_field: str = ""
    password_field: str = ""
    submit: str = ""
    signed_in: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlJob:
    """Which lists to walk, and how far.

    `container` selects one event, `link` the way to its detail page (from within it), of which at most
    `details` are fetched. `next` selects the next page's link or the button that loads more; `scrolls` and
    `max_pages` bound the walk of each list. Selectors are those of `pipeline.selectors`. `media` lets the
    browser load images, fonts and films, which it does not otherwise.
    """

    urls: tuple[str, ...]
    container: str
    link: str = ""
    render: Render = Render.AUTO
    pagination: Pagination = Pagination.NONE
    next: str = ""
    page_parameter: str = ""
    first_page: int = 1
    max_pages: int = 1
    scrolls: int = 0
    details: int = 0
    wait_for: str = ""
    language: str = ""
    timezone: str = ""
    login: Login | None = None
    media: bool = False

    @property
    def is_one_page(self) -> bool:
        """Whether one request gives all of it."""
        return (
            len(self.urls) == 1
            and self.pagination is Pagination.NONE
            and not self.details
            and self.login is None
        )

    def page_url(self, url: str, number: int) -> str:
        """The address of the list's page `number`: `{page}` filled in, or the parameter set."""
        if self.pagination is not Pagination.NUMBERED:
            return url
        value = str(self.first_page + number - 1)
        if PLACEHOLDER in url:
            return url.replace(PLACEHOLDER, value)
        parts = urlsplit(url)
        query = [
            (name, old)
            for name, old in parse_qsl(parts.query, keep_blank_values=True)
            if name != self.page_parameter
        ]
        return urlunsplit(parts._replace(query=urlencode([*query, (self.page_parameter, value)])))


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """One page as bytes. `url` is where it was in the end; `asked` the address that led there."""

    url: str
    asked: str
    status: int
    content: bytes
    content_type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawledPage:
    """One page of a list with the detail pages of its events. `number` counts from 1 in each list; `cut` says
    that the list goes on beyond the bounds of the job."""

    page: Fetched
    number: int
    cut: bool
    renderer: str
    fetched_at: datetime
    details: tuple[Fetched, ...] = ()


#: What an HTTP client's `crawl(job)` gives: pages as they come. Every failure is an `pipeline.contract.http_errors.EgressError`;
#: closing it ends the crawl.
Pages = Generator[CrawledPage, None, None]
