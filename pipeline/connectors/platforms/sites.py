"""Sites whose public listings are read by configuration only, a row each. All of them are unproven against the
live site: no bot protection is evaded, and none was at hand when they were written."""

from dataclasses import dataclass
from typing import Final

from pipeline import patterns
from pipeline.connectors.formats.scraper import ScraperConfig
from pipeline.connectors.formats.site import Site
from pipeline.connectors.support.platform import setting
from pipeline.contract.connector import Metadata
from pipeline.contract.enums import SourceType, Tier


@dataclass(frozen=True, kw_only=True, slots=True)
class DiceConfig:
    """Which listing of Dice's to read."""

    city: str = setting(
        "Dice's own name of the city, such as losangeles-5982e13c613de866017c3e3a in dice.fm/browse/…"
    )
    url: str = setting(
        "In place of a city: the address of another page of Dice's, such as a venue's or an event's."
    )


DICE: Final = Site(
    metadata=Metadata(
        name="dice",
        title="Dice",
        type=SourceType.PAGE,
        tier=Tier.CONFIGURATION,
        hosts=("dice.fm",),
        allows="Public pages, as robots.txt and the terms allow.",
        quota="None stated; once a day is plenty.",
        storage="While the event is listed.",
        attribution="Link to the event's page on Dice.",
        sunset="There is no public API; partners get one by contract.",
        terms="https://dice.fm/dice_terms_of_use.html",
        link="https://dice.fm",
    ),
    config_type=DiceConfig,
    home="https://dice.fm",
    address="/browse/{}",
    place="city",
    place_in=patterns.compile(r"^/++browse/(?:[^/]*+/)*?([a-z_-]+-[0-9a-f]{24})(?:/|$)"),
    pages_in=patterns.compile(r"[^/]"),
    missing="city: missing; give Dice's own name of the city, as in dice.fm/browse/…",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ResidentAdvisorConfig:
    """Which listing of Resident Advisor's to read."""

    area: str = setting(
        "Country and area as in the listing's address, such as us/losangeles in ra.co/events/us/losangeles."
    )
    url: str = setting("In place of an area: the address of another page, such as a club's or an event's.")


RESIDENT_ADVISOR: Final = Site(
    metadata=Metadata(
        name="resident_advisor",
        title="Resident Advisor",
        type=SourceType.PAGE,
        tier=Tier.CONFIGURATION,
        hosts=("ra.co", "residentadvisor.net"),
        allows="Public pages, as robots.txt and the terms allow. A site that refuses is recorded as refusing.",
        quota="None stated; once a day is plenty.",
        storage="While the event is listed.",
        attribution="Link to the event's page on Resident Advisor.",
        sunset="There is no public API; the site's own GraphQL is not for others.",
        terms="https://ra.co/terms",
        link="https://ra.co",
    ),
    config_type=ResidentAdvisorConfig,
    home="https://ra.co",
    address="/events/{}",
    place="area",
    place_in=patterns.compile(r"^/events/([a-z]{2}/[a-z0-9-]+)/?$"),
    pages_in=patterns.compile(r"[^/]"),
    missing="area: missing; give country and area, such as us/losangeles",
    safe="/",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LbbConfig:
    """Which of LBB's lists to read."""

    city: str = setting(
        "The city as in the site's addresses: bangalore in lbb.in/bangalore/events/.", "bangalore"
    )
    url: str = setting("In place of a city: the address of another list, with {page} for the page's number.")
    max_pages: int = setting("Pages of the list at most.", 10)
    details: int = setting(
        "Events' own pages that are read at most; their markup says exactly when they are.", 40
    )


#: LBB (Little Black Book): a city's numbered list, one article a card, with the events' own pages.
LBB: Final = Site(
    metadata=Metadata(
        name="lbb",
        title="LBB",
        type=SourceType.SCRAPER,
        tier=Tier.CONFIGURATION,
        hosts=("lbb.in",),
        allows="Public pages, as robots.txt and the terms allow.",
        quota="None stated; at most ten pages every four hours.",
        storage="While the event is listed.",
        attribution="Link to the event's page on LBB.",
        sunset="There is no public API. Whether the site still keeps a list of events could not be seen when this was written.",
        terms="https://lbb.in/terms-of-use/",
        link="https://lbb.in/bangalore/",
    ),
    config_type=LbbConfig,
    home="https://lbb.in",
    address="/{}/events/?page={page}",
    place="city",
    place_in=patterns.compile(r"^/([a-z-]+)/events/?$"),  # the site's many other pages are no lists of events
    lower_case=True,
    scraper=ScraperConfig(
        container="article",
        title="h2, h3",
        link="h2 a, h3 a, a[href]",
        date="time",
        location="address, [class*='location'], [class*='venue']",
        description="p",
        price="[class*='price']",
        category="[rel='tag'], [class*='category']",
        image="img",
        detail={"description": "[itemprop='description'], [class*='content'] p"},
        pagination="numbered",
        day_first=True,
        timezone="Asia/Kolkata",
        language="en",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class BookMyShowConfig:
    """Which of BookMyShow's lists to read."""

    city: str = setting(
        "The city as in the list's address: bengaluru in /explore/events-bengaluru.", "bengaluru"
    )
    url: str = setting("In place of a city: the address of another list, such as one of a category.")
    scrolls: int = setting("How often the list is scrolled at most.", 5)
    details: int = setting(
        "Events' own pages that are read at most; the list alone does not say when they are.", 30
    )


#: A line of text in a card of BookMyShow's: the class names are made by a machine and change with each release,
#: the order and the signs do not.
_LINE: Final = ".//*[not(*)][normalize-space()]"

#: A city's list, scrolled in a browser: cards that link to `/events/NAME/ET00000000` give title, place and
#: price, the events' own JSON-LD the rest.
BOOKMYSHOW: Final = Site(
    metadata=Metadata(
        name="bookmyshow",
        title="BookMyShow",
        type=SourceType.SCRAPER,
        tier=Tier.CONFIGURATION,
        hosts=("bookmyshow.com",),
        allows="Public pages, as robots.txt and the terms allow. The site is known to refuse robots; then the source says so and stays refused.",
        quota="None stated; a few pages every four hours.",
        storage="While the event is listed.",
        attribution="Link to the event's page on BookMyShow.",
        sunset="There is no public API.",
        terms="https://in.bookmyshow.com/terms-and-conditions",
        link="https://in.bookmyshow.com/explore/events-bengaluru",
    ),
    config_type=BookMyShowConfig,
    home="https://in.bookmyshow.com",
    address="/explore/events-{}",
    place="city",
    place_in=patterns.compile(r"^/explore/events-([a-z0-9-]+)/?$"),
    pages_in=patterns.compile(r""),  # any
    lower_case=True,
    scraper=ScraperConfig(
        container="xpath://a[contains(@href, '/events/') and contains(@href, '/ET')]",
        id="xpath:concat('ET', substring(substring-after(@href, '/ET'), 1, 8))",
        link="xpath:./@href",
        title=f"xpath:(.//img/@alt[normalize-space()] | {_LINE}[not(.//img)])[1]",
        location=f"xpath:normalize-space(substring-before(({_LINE}[contains(., ': ') and not(contains(., '₹'))])[1], ':'))",
        price=f"xpath:({_LINE}[contains(., '₹') or normalize-space(.) = 'Free'])[1]",
        image="img::attr(src)",
        pagination="scroll",
        render="browser",
        timezone="Asia/Kolkata",
        language="en",
    ),
)
