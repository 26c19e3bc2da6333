"""What the scraper is told of one site, each mistake naming its field and the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from pipeline.connectors.support.platform import setting
from pipeline.contract.crawl import PLACEHOLDER, LoginKind, Pagination, Render
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.selectors import SelectorInvalid, compiled

#: Selectors of one event, in the list and on its own page.
FIELDS: Final = (
    "title", "date", "end", "location", "description", "image", "link", "price", "category", "id",
)  # fmt: skip
_ALSO: Final = ("container", "next", "wait_for", "submit", "signed_in")
MOST_PAGES: Final = 200
MOST_SCROLLS: Final = 100
MOST_DETAILS: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class ScraperConfig:
    """How to read one site's list of events.

    A selector is CSS, or XPath where it begins with `/`, `./`, `(` or `xpath:`. It gives the text of what it
    finds; `::attr(name)` gives an attribute (`link` and `image` take href and src by themselves). Selectors
    of fields look inside one event.
    """

    url: str = setting("Address of the list. {page} stands for the page's number where pages are numbered.")
    urls: tuple[str, ...] = setting("More lists of the same shape.", ())
    container: str = setting(
        "Selects one event of the list, such as article.event. The one selector that is always needed."
    )
    title: str = setting("Selects an event's title; the first match counts.")
    date: str = setting(
        "Selects when it begins: a time element's ::attr(datetime), or words. Several matches are read together, day and time."
    )
    end: str = setting("Selects when it ends, where that stands apart.")
    location: str = setting("Selects the place; several matches are joined by commas.")
    description: str = setting("Selects the description; several matches are joined.")
    image: str = setting("Selects an image, or its address by ::attr(src).")
    link: str = setting("Selects the link to the event's own page.")
    price: str = setting("Selects the words on the price.")
    category: str = setting("Selects the categories; each match is one.")
    id: str = setting(
        "Selects the site's own id of the event, such as ::attr(data-id). Empty: its link serves."
    )
    pagination: str = setting(
        "How the list goes on: none, numbered, next (a link), click (a button that loads more), scroll.",
        "none",
    )
    next: str = setting("Selects the next page's link, or the button that loads more.")
    page_parameter: str = setting(
        "Query parameter of the page's number, such as page, where the address has no {page}."
    )
    first_page: int = setting("Number of the first page.", 1)
    max_pages: int = setting("Pages of each list at most; with click, one more than the clicks.", 10)
    scrolls: int = setting("With scroll: how often at most; it ends earlier where nothing more comes.", 5)
    details: int = setting(
        "Events' own pages that are read at most, on the list's own site; 0 reads none. Their markup (JSON-LD and others) counts.",
        0,
    )
    detail: Mapping[str, str] = field(
        default_factory=dict,
        metadata={
            "help": f"Selectors on the event's own page, by field: {', '.join(FIELDS)}. They win over the list's."
        },
    )
    render: str = setting(
        "Who makes the pages: http, browser (a site built by scripts), or auto, which tries http first.",
        "auto",
    )
    wait_for: str = setting("Selects what the browser waits for; the events themselves if empty.")
    date_format: str = setting(
        "How dates are written, in the words of strptime, such as %a %d %b %Y, %H:%M. Empty: found out."
    )
    day_first: bool | None = setting(
        "What 3/4/2026 means: true 3 April, false March 4. Undecided: by the language.", None
    )
    timezone: str = setting(
        "Time zone of the dates, such as Asia/Kolkata. Empty: that of the source or city."
    )
    language: str = setting("Language of the pages, such as en or de. Empty: that of the source.")
    login: str = setting(
        "none, basic (the browser's own box), or form. User name and password belong to the source's credentials, never here.",
        "none",
    )
    login_url: str = setting("Address of the page with the form.")
    username_field: str = setting("Name of the form's input for the user name.", "username")
    password_field: str = setting("Name of the form's input for the password.", "password")
    submit: str = setting("Selects the form's button, for the browser. Empty: the form is sent by Enter.")
    signed_in: str = setting(
        "Selects what is seen only when signed in. Empty: it is enough that no password is asked for any more."
    )
    complete: bool = setting(
        "The list always has all upcoming events, so that what is absent is gone.", False
    )

    def __post_init__(self) -> None:
        """Raises ConfigInvalid for what can be seen to be wrong without asking the site."""
        _one_of("pagination", self.pagination, Pagination)
        _one_of("render", self.render, Render)
        _one_of("login", self.login, LoginKind)
        for name in (*FIELDS, *_ALSO):
            _check_selector(name, getattr(self, name))
        for name, selector in self.detail.items():
            if name not in FIELDS or name == "link":
                raise ConfigInvalid(
                    f"config.detail.{name}: no such field; there are {', '.join(one for one in FIELDS if one != 'link')}."
                )
            _check_selector(f"detail.{name}", selector)
        for name, most in (("max_pages", MOST_PAGES), ("scrolls", MOST_SCROLLS), ("details", MOST_DETAILS)):
            if not 0 <= getattr(self, name) <= most:
                raise ConfigInvalid(f"config.{name}: must be between 0 and {most}.")
        self._check_walk()
        self._check_zone()

    @property
    def lists(self) -> tuple[str, ...]:
        """The addresses of all lists. Raises ConfigInvalid where there is none, or no way to tell an
        event."""
        lists = tuple(url for url in (self.url, *self.urls) if url)
        if not lists:
            raise ConfigInvalid("config.url: missing; give the address of the list of events.")
        if not self.container:
            raise ConfigInvalid(
                "config.container: missing; give a selector of one event in the list, such as article.event."
            )
        return lists

    def _check_walk(self) -> None:
        if self.pagination in (Pagination.NEXT, Pagination.CLICK) and not self.next:
            raise ConfigInvalid(
                f"config.next: missing; pagination {self.pagination} needs the selector of its link or button."
            )
        numbered = self.pagination == Pagination.NUMBERED
        if (
            numbered
            and not self.page_parameter
            and not all(PLACEHOLDER in url for url in (self.url, *self.urls) if url)
        ):
            raise ConfigInvalid(
                "config.page_parameter: missing; write {page} into the url, or name the query parameter of the page's number."
            )
        if not numbered and any(PLACEHOLDER in url for url in (self.url, *self.urls)):
            raise ConfigInvalid("config.pagination: must be numbered where the url has {page}.")
        if self.pagination in (Pagination.CLICK, Pagination.SCROLL) and self.render == Render.HTTP:
            raise ConfigInvalid(
                f"config.render: must be browser or auto, only a browser can {self.pagination}."
            )
        if self.login == LoginKind.FORM and not self.login_url:
            raise ConfigInvalid("config.login_url: missing; give the address of the page with the form.")

    def _check_zone(self) -> None:
        if self.timezone:
            try:
                ZoneInfo(self.timezone)
            except (ValueError, OSError, KeyError):
                raise ConfigInvalid(
                    f"config.timezone: {self.timezone[:60]!r} is not a time zone. Use a name such as Asia/Kolkata."
                ) from None


def _one_of(name: str, value: str, choices: type[StrEnum]) -> None:
    if value not in {choice.value for choice in choices}:
        raise ConfigInvalid(
            f"config.{name}: {value[:60]!r} is none of {', '.join(choice.value for choice in choices)}."
        )


def _check_selector(name: str, selector: str) -> None:
    try:
        if selector:
            compiled(selector)
    except SelectorInvalid as error:
        raise ConfigInvalid(f"config.{name}: {error}.") from error
