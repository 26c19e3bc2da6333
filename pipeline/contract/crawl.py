"""The job of a crawl and its results, as frozen records."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

PLACEHOLDER = "{page}"


class Render(StrEnum):
    """How a page is rendered.

    By the server alone, by a browser that runs its scripts, or as the list needs it.
    """

    AUTO = "auto"
    HTTP = "http"
    BROWSER = "browser"


class Pagination(StrEnum):
    """How a list continues: not at all, by page numbers, a link, a "load more" button, or by scrolling."""

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
    """How to sign in.

    `url` has the form, whose inputs are called `username_field` and `password_field`. `submit` selects its
    button ('' submits the form). `signed_in` selects an element that only signed-in users see ('' means: the
    page has no password input any more).
    """

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

    `container` selects one event, `link` (within it) the link to its detail page; at most `details` of those
    are fetched. `next` selects the link to the next page or the button that loads more. `scrolls` and
    `max_pages` bound the walk of each list. Selectors are those of `pipeline.selectors`. `media` lets the
    browser load images, fonts and films, which it skips by default.
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
        """Whether one request is enough."""
        return (
            len(self.urls) == 1
            and self.pagination is Pagination.NONE
            and not self.details
            and self.login is None
        )

    def page_url(self, url: str, number: int) -> str:
        """The address of page `number` of the list: `{page}` filled in, or the query parameter set."""
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
    """One page as bytes. `asked` is the requested address, `url` the address after redirects."""

    url: str
    asked: str
    status: int
    content: bytes
    content_type: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawledPage:
    """One page of a list with the detail pages of its events.

    `number` counts from 1 in each list. `cut` means that the list continues beyond the bounds of the job.
    """

    page: Fetched
    number: int
    cut: bool
    renderer: str
    fetched_at: datetime
    details: tuple[Fetched, ...] = ()


#: What an HTTP client's `crawl(job)` returns: pages as they arrive. Every failure is a
#: `pipeline.contract.http_errors.EgressError`. Closing the iterator ends the crawl.
Pages = Generator[CrawledPage, None, None]
