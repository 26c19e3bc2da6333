"""Events on other sites: what a list shows there, its address, its code, and the policy of pages that may stand in frames."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from events.filters import EventFilter
from events.models import Event
from events.queries import for_cards, upcoming
from events.times import When
from pipeline import patterns
from pipeline.taxonomy import BY_SLUG

MOST, USUAL = 20, 5
THEMES: Final = ("auto", "day", "night")
#: What began longer ago would fill a list with exhibitions; `static/embed/nocturne-events.js` does the same.
_BEGUN: Final = timedelta(hours=1)
_SLUG = patterns.compile(r"[a-z0-9_-]{1,80}", longest=100)
_COLOUR = patterns.compile(r"#?[0-9a-fA-F]{6}", longest=20)
#: A frame may open pages, in a new tab, and do nothing else.
SANDBOX: Final = "allow-popups allow-popups-to-escape-sandbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Widget:
    """A list on another site. `accent` is `#rrggbb` or ''; it colours an edge only, so that every choice can be read."""

    city: str = ""
    category: str = ""
    area: str = ""
    when: str = ""
    price: str = ""
    count: int = USUAL
    theme: str = "auto"
    accent: str = ""

    @property
    def given(self) -> dict[str, str]:
        """What differs from what is usual: the attributes of the element, and the query of the frame."""
        usual = Widget()
        return {
            name: str(getattr(self, name))
            for name in self.__slots__
            if getattr(self, name) != getattr(usual, name)
        }

    @property
    def path(self) -> str:
        """The address of the frame."""
        return f"/embed/list/?{urlencode(self.given)}"

    def element(self) -> SafeString:
        """The code for another page: the script and the element."""
        attributes = format_html_join("", ' {}="{}"', self.given.items())
        return format_html(
            '<script src="{}/embed/nocturne-events.js" async></script>\n<nocturne-events{}></nocturne-events>',
            settings.SITE_URL,
            attributes,
        )


def read_widget(params: Mapping[str, str]) -> Widget:
    """The list that a query asks for. What is unknown or invalid is left out."""

    def slug(name: str) -> str:
        text = params.get(name, "").strip()
        return text if _SLUG.fullmatch(text) else ""

    accent = params.get("accent", "").strip()
    count = params.get("count", "")
    return Widget(
        city=slug("city"),
        category=slug("category") if slug("category") in BY_SLUG else "",
        area=slug("area"),
        when=slug("when") if slug("when") in set(When) else "",
        price="free" if params.get("price") == "free" else "",
        count=min(max(int(count), 1), MOST)
        if count.isascii() and count.isdigit() and len(count) < 4
        else USUAL,
        theme=params["theme"] if params.get("theme") in THEMES else "auto",
        accent=f"#{accent.removeprefix('#').lower()}" if _COLOUR.fullmatch(accent) else "",
    )


def widget_events(widget: Widget, *, now: datetime) -> list[Event]:
    """The events of a list, with the data of a card: what begins from an hour ago on; of named days also what is still on."""
    wanted = EventFilter(
        city=widget.city,
        area=widget.area,
        categories=(widget.category,) if widget.category else (),
        when=When(widget.when) if widget.when else None,
        price=widget.price,
    )
    events = upcoming(wanted, now=now)
    if not widget.when:
        events = events.filter(start_at__gte=now - _BEGUN)
    return list(for_cards(events)[: widget.count])


def frame(address: str, *, title: str, width: int, height: int) -> SafeString:
    """The code of a frame on another page. `address` is absolute; sizes in pixels, the width at most that of the page."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" style="border:0;max-width:100%" loading="lazy" sandbox="{}"></iframe>',
        address,
        title,
        width,
        height,
        SANDBOX,
    )


def accent_style(accent: str) -> str:
    """The rule that gives a frame its colour; '' for the usual one."""
    return f":root{{--edge:{accent}}}" if accent else ""


def allow_framing(response: HttpResponse, *, style: str = "") -> HttpResponse:
    """Let every site frame this page, which runs no script, sends no form, and loads its own style and pictures only.

    `style` is the one inline style of the page. The caller's view is exempt from X-Frame-Options.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    styles = f"'self' 'sha256-{digest}'" if style else "'self'"
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {styles}; font-src 'self'; img-src {' '.join(settings.PICTURE_ORIGINS)}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors *"
    )
    return response
