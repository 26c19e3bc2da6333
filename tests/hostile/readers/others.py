"""Readers outside connectors, extraction and steps.

Code that masks, filters, checks, folds, compares and parses.
"""

import datetime
from typing import Final

from accounts.secrets import redact
from config.logs import mask_text as mask_log
from egress.caching_hints import next_check, wait_named
from egress.crawl.reading import PageView
from egress.crawl.refusals import refusal
from egress.facts import endpoint_of, place_of
from egress.guard import Guard
from egress.masking import mask_text as mask_address
from egress.quota.allowance import allowances
from egress.robots import Protego, relevant
from events.ongoing import hours_words, today_words
from events.seo import json_ld, plain_text
from events.visitors import is_program, kind_of_device
from moderation.rules.judging import _kept_share
from pipeline.characters import normalize, unescape
from pipeline.contract.http_errors import EgressError
from pipeline.contract.normalized import NormalizedEvent, OrganizerRef
from pipeline.dates.zones import zone_named
from pipeline.geography.address_zones import zone_in_words
from pipeline.geography.countries import country_code
from pipeline.geography.fixture import fixture_gazetteer
from pipeline.geography.gazetteer import names_venue
from pipeline.geography.likeness.addresses import compare_addresses, street_address
from pipeline.geography.likeness.compare import compare, look, phone_digits
from pipeline.geography.likeness.names import compare_names, name_words
from pipeline.geography.likeness.venues import Venue
from pipeline.geography.place_text import parse_place
from pipeline.geography.plus_codes import find_plus_code, without_plus_code
from pipeline.geography.regions import is_region
from pipeline.geography.rooms import is_room, within
from pipeline.geography.wording import wordings
from pipeline.hours import Unsupported, parse
from pipeline.masking import has_secret, hide_people, hide_secrets
from pipeline.matching.text import fold, link_key, read_place, read_title, venue_name
from pipeline.refinement.categories import features as categorizer_features
from pipeline.refinement.categories.hints import label_hints
from pipeline.refinement.categories.tags import controlled_tags
from pipeline.refinement.checks.disguise import joined_letters, readings, visible
from pipeline.refinement.checks.links import Link, links_of, malicious, mismatched, shortened
from pipeline.refinement.checks.profanity import strong_words
from pipeline.refinement.checks.spam import spam_filter
from pipeline.taxonomy import canonical
from pipeline.text.contacts import phones_in, safe_contact, without_contacts
from pipeline.text.copies import text_key
from pipeline.text.folding import fold_name
from pipeline.text.markup import without_tags
from pipeline.text.persons import person_around
from pipeline.text.words import folded, plain, words
from realtime.exceptions import Refused
from realtime.feed.filters import read_filters
from realtime.feed.protocol import read_command, read_mark, read_topics
from sources.ingest.payloads import masked_url
from tests.hostile.readers import Reader, refusing

#: Characters of a description with its markup, of an address of the web, of a name, and of a field of HTTP.
TEXT: Final = 100_000
URL: Final = 8_192
NAME: Final = 2_000
HEADER: Final = 16_384
_NOW: Final = datetime.datetime(2026, 3, 14, 12, tzinfo=datetime.UTC)
_GAZETTEER: Final = fixture_gazetteer()


def _links(description: str) -> list[str]:
    links = links_of(NormalizedEvent(external_id="1", description=description, url=description[:2_000]))
    return [
        found
        for link in (*links, Link(description[:2_000], description))
        for found in (malicious(link), mismatched(link), shortened(link))
    ]


def _venues(text: str) -> object:
    one = look(Venue(name=text, address=text, city=text[:200], phone=text, website=f"https://{text}"))
    other = look(Venue(name=text[1:], address=text[1:], city=text[:200], phone=text, website=text))
    return compare(one, other)


def _page(text: str) -> object:
    view = PageView(f"<html><script></script><body>{text}</body></html>", "https://a.example/")
    return view.is_script_built(), view.has("a")


READERS: tuple[Reader, ...] = (
    *(
        Reader(name=name, call=call, longest=longest)
        for name, call, longest in (
            ("normalize", lambda text: normalize("NFKC", text), TEXT),
            ("unescape", unescape, TEXT),
            ("without_tags", without_tags, TEXT),
            ("mask: logs", mask_log, TEXT),
            ("mask: addresses", mask_address, TEXT),
            ("mask: secrets", hide_secrets, TEXT),
            ("mask: people", hide_people, TEXT),
            ("mask: has_secret", has_secret, URL),
            ("mask: remembered", redact, TEXT),
            ("mask: payloads", masked_url, URL),
            ("fold_name", fold_name, TEXT),
            ("street_address", street_address, TEXT),
            (
                "compare_addresses",
                lambda text: compare_addresses(street_address(text), street_address(f"1 {text}")),
                TEXT,
            ),
            ("within a house", within, TEXT),
            ("is_room", is_room, TEXT),
            ("names", lambda text: compare_names(name_words(text), name_words(f"b{text}")), 500),
            ("venues", _venues, 400),
            ("phone_digits", phone_digits, TEXT),
            ("plus code", lambda text: (find_plus_code(text), without_plus_code(text)), TEXT),
            ("zone_in_words", lambda text: zone_in_words(text, text, text), NAME),
            ("parse_place", parse_place, NAME),
            ("parse_place of an address", lambda text: parse_place(text, alone=True), NAME),
            ("country_code", country_code, NAME),
            ("zone_named", zone_named, NAME),
            ("is_region", is_region, NAME),
            ("user agent", lambda text: (is_program(f"Mozilla/5.0 ({text}"), kind_of_device(text)), HEADER),
            ("names_venue", names_venue, NAME),
            ("wordings", lambda text: wordings(text, text), NAME),
            ("city_named", lambda text: _GAZETTEER.city_named(text, country=text), NAME),
            ("area_named", lambda text: _GAZETTEER.area_named("bengaluru", text), NAME),
            ("opening hours", refusing(parse, Unsupported), TEXT),
            ("opening hours in words", lambda text: (hours_words(text), today_words(text, _NOW.date())), 500),
            ("text_key", text_key, TEXT),
            ("plain_text", lambda text: plain_text(text, limit=200), TEXT),
            ("json_ld", lambda text: json_ld({"name": text}), TEXT),
            ("category", canonical, TEXT),
            ("share that was kept", lambda text: _kept_share(text, text), TEXT),
            (
                "live filter",
                refusing(
                    lambda text: read_filters(
                        {"q": text, "city": text, "tag": text, "bbox": text, "lat": text}
                    ),
                    Refused,
                ),
                TEXT,
            ),
            ("live command", refusing(read_command, Refused), TEXT),
            (
                "live filter in JSON",
                refusing(
                    lambda text: read_command(f'{{"type": "subscribe", "filters": {{"q": {text}'), Refused
                ),
                TEXT,
            ),
            ("live topics", refusing(lambda text: read_topics([text]), Refused), TEXT),
            ("live mark", refusing(read_mark, Refused), TEXT),
            ("Retry-After", lambda text: wait_named(text, now=_NOW), HEADER),
            (
                "Cache-Control",
                lambda text: next_check(
                    {"cache-control": text, "expires": text, "age": text, "date": text}, _NOW
                ),
                HEADER,
            ),
            (
                "RateLimit",
                lambda text: allowances(
                    dict.fromkeys(
                        (
                            "ratelimit",
                            "ratelimit-policy",
                            "x-rate-limit",
                            "x-app-usage",
                            "ratelimit-remaining",
                        ),
                        text,
                    )
                ),
                HEADER,
            ),
            (
                "robots.txt",
                lambda text: Protego.parse(relevant(text, "Nocturne")).can_fetch(
                    f"https://a.example/{'a' * 500}", "Nocturne"
                ),
                TEXT,
            ),
            (
                "robots.txt's rules",
                lambda text: Protego.parse(f"User-agent: *\nDisallow: /{text}").can_fetch(
                    f"https://a.example/{text[:2_000]}", "Nocturne"
                ),
                URL,
            ),
            ("endpoint", lambda text: (endpoint_of(text), place_of(text)), URL),
            ("guard", refusing(Guard().check_url, EgressError), TEXT),
            (
                "guard of a host",
                refusing(lambda text: Guard().check_url(f"https://{text}/"), EgressError),
                TEXT,
            ),
            ("refusal", lambda text: refusal(200, {}, text, empty=True), 200_000),
            ("crawled page", _page, TEXT),
            ("categorizer: plain", plain, TEXT),
            ("categorizer: folded", folded, TEXT),
            ("categorizer: words", lambda text: words(text, 200), TEXT),
            (
                "categorizer: features",
                lambda text: categorizer_features.matrices(
                    [categorizer_features.EventText(title=text, description=text, venue=text, city=text)]
                ),
                TEXT,
            ),
            ("categorizer: labels", label_hints, TEXT),
            ("categorizer: tags", lambda text: controlled_tags(text, text, (text,)), TEXT),
            ("matching: fold", fold, TEXT),
            ("matching: title", read_title, TEXT),
            ("matching: place", lambda text: (read_place(text), venue_name(text)), TEXT),
            ("matching: link", lambda text: (link_key(text), link_key(f"https://a.example/{text}")), TEXT),
            (
                "check:contacts",
                lambda text: (
                    without_contacts(text),
                    without_contacts(text, personal_only=True),
                    phones_in(text),
                ),
                20_000,
            ),
            (
                "contact of an organizer",
                lambda text: safe_contact(OrganizerRef(name="a", contact=text), b"key"),
                TEXT,
            ),
            (
                "check:disguise",
                lambda text: (visible(text), list(readings(text)), joined_letters(text)),
                5_000,
            ),
            ("check:links", _links, 20_000),
            (
                "check:persons",
                lambda text: person_around(text, len(text) // 2, len(text) // 2 + 1, venues=(text[:200],)),
                TEXT,
            ),
            ("check:profanity", lambda text: strong_words(text, "hi"), TEXT),
            ("check:spam", lambda text: spam_filter().probability(text), TEXT),
        )
    ),
)
