"""Recognition of secrets, in addresses and in any other text."""

import pytest

from pipeline.masking import MOST, cut, has_secret, hide_people, hide_secrets
from tests.hostile.measure import first_slow
from tests.hostile.texts import Attack, generic

HEX = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
TOKEN = HEX + HEX
CLOSED = [
    f"https://calendar.google.com/calendar/ical/me%40gmail.com/private-{HEX}/basic.ics",
    f"HTTPS://CALENDAR.GOOGLE.COM/CALENDAR/ICAL/ME/PRIVATE-{HEX.upper()}/BASIC.ICS",
    f"https://calendar.google.com/calendar/ical/me/private%2D{HEX}/basic.ics",
    "https://calendar.google.com/calendar/ical/me/private-abcdefabcdef/basic.ics",
    "https://www.google.com/calendar/embed?src=a%40b.org&pvttk=1a2b",
    f"https://outlook.office365.com/owa/calendar/{HEX}@example.org/{HEX}/calendar.html",
    f"https://outlook.example/calendar/{HEX}@example.org/{HEX}/calendar.ics",
    "https://outlook.live.com/owa/calendar/00000000-0000-0000-0000-000000000000/1b4db7eb-4057-5ddf-91e0-36dec72071f5/cid-9F0A1B2C3D4E5F60/calendar.ics",
    "webcal://p12-caldav.icloud.com/published/2/MTAwMDAwMDAwMDEwMDAwMDvT6fkE4vRJ1uPHDq6rNHjp8cX8r",
    "https://www.facebook.com/events/ical/upcoming/?uid=1&key=abc",
    "https://www.meetup.com/events/ical/8333638/dfdba2e469216075318e8ae1db7efae6e6ebd4f2/going",
    "https://ics.teamup.com/feed/ks73ad7816e7a61b3a/0.ics",
    "https://teamup.com/ks73ad7816e7a61b3a",
    "https://calendar.proton.me/api/calendar/v1/url/abc==/calendar.ics?CacheKey=x1&PassphraseKey=y2",
    "https://www.tripit.com/feed/ical/private/1A2B3C4D-5E6F7A8B9C0D1E2F/tripit.ics",
    f"https://www.airbnb.com/calendar/ical/123.ics?s={HEX}",
    "https://hooks.slack.com/services/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",
    "https://discord.com/api/webhooks/123456789012345678/aB3dE5gH7jK9lM1nO3pQ5rS7tU9vW1xY3zA5",
    f"https://nocturne.example/subscriptions/confirm/{TOKEN}/",
    f"/subscriptions/{TOKEN}/unsubscribe/",
    "https://joe:pw@a.org/x",
    "https://a.org/#access_token=abc",
    "https://a.org/?x=1&amp;token=abc",
    "https://a.org/?t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
    "https://us02web.zoom.us/j/1?pwd=abc",
    "https://a.org/go?to=https%3A%2F%2Fb.org%2F%3Ftoken%3Dabc",
    f"https://a.org/go?to=https%253A%252F%252Fb.org%252Fprivate-{HEX}%252Fbasic.ics",
    f"https://calendar.google.com/calendar/ical/me/pri\tvate-{HEX}/ba\nsic.ics",
    "https:\\\\p12-caldav.icloud.com\\published\\2\\MTAwMDAwMDAwMDEwMDAwMDvT6fkE4vRJ1uPHDq6rNHjp8cX8r",
    "https:\\\\joe:pw@a.org/",
    "https:/joe:pw@a.org/",
    " https:joe:pw@a.org/",
    f"https://a.org/shop;jsessionid={HEX.upper()}?x=1",
    f"https://a.org/?PHPSESSID={HEX}",
    "https://a.org/%" + "25" * 9 + "41",
    "https://a.org/" + "a" * MOST,
]
PUBLIC = [
    "https://www.ticketmaster.com.mx/imagine-dragons/event/14006267BD721A13",
    "https://calendar.google.com/calendar/ical/c_188abc1d2e3f4a5b6c7d%40group.calendar.google.com/public/basic.ics",
    "https://lu.ma/calendar/cal-AbCdEf1GhIjKlMn",
    "https://venue.example/private-events/",
    "https://venue.example/private-party-2026/",
    "https://www.cottbus.de/abfrage/events/event.pl?key=kultur&zeit=25473683",
    "https://a.org/?sid=42&session_id=123-opening",
    "https://a.org/?session=2&code=SUMMER&pass=vip&monkey=1&keyword=x&page=1",
    "https://mobilizon.fr/events/1b4db7eb-4057-5ddf-91e0-36dec72071f5/export/ics",
    "https://docs.google.com/forms/d/e/1FAIpQLSdJhvSg-YrNYOrmju1yrXvYhFM7xMey1WpDq1NSGIp6x41VaA/viewform",
    "https://business.rpba.org/events/ical/howard-street-ssa-19-commissioners-meeting-11-20-2019-6350.ics",
    "https://medium.com/@nickwasmuth/what-the-fact-be0b496cff4d",
    "https://github.com/chimera-linux/cports/commit/a26be649d8a13c1012d5e165055d354a6bab1af8",
    f"https://img.evbuc.com/https%3A%2F%2Fcdn.evbuc.com%2Fimages%2F123%2F1%2Foriginal.jpg?w=512&auto=format&s={HEX}",
    "https://localist-images.azureedge.net/photos/44880200024119/card@2x/9088d9b16aa2b6e928f111e9f5de866af369dfe0.jpg",
]


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_that_lets_its_holder_in_is_known(address: str) -> None:
    assert has_secret(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_something_public_stays(address: str) -> None:
    assert not has_secret(address)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"GET /subscriptions/confirm/{TOKEN}/", "GET /subscriptions/confirm/…/"),
        (f"GET /subscriptions/{TOKEN}/unsubscribe/?a=1", "GET /subscriptions/…/unsubscribe/?a=1"),
        ("Authorization: Bearer x", "Authorization: Bearer …"),
        ("Cookie: a=b; sessionid=zz\nHost: x", "Cookie: …\nHost: x"),
        ("{'token': 'a b c', 'x': 1}", "{'token': '…', 'x': 1}"),
        ('{"api_key":"abc"}', '{"api_key":"…"}'),
        ('msg="password=hunter2"', 'msg="password=…"'),
        ("redis://user:pass@host:6379/0", "redis://…@host:6379/0"),
        ("a key sk_live_abcdefgh12345 leaked", "a key … leaked"),
        (
            "see https://a.org/go?to=https%253A%252F%252Fb.org%252F%253Ftoken%253Dabc now",
            "see https://a.org/go?to=https://b.org/?token=… now",
        ),
        ("KeyError: 'token'", "KeyError: 'token'"),
        ('"{\\"password\\": \\"hunter2\\", \\"a\\": 1}"', '"{\\"password\\": \\"…", \\"a\\": 1}"'),
        ('{"password": "a\\"hunter2", "a": 1}', '{"password": "…", "a": 1}'),
        ('{"tokens": ["hunter2", "b"], "a": 1}', '{"tokens": …], "a": 1}'),
        ("[('x-api-key', 'hunter2'), ('a', 'b')]", "[('x-api-key', '…'), ('a', 'b')]"),
        ("[(b'cookie', b'a=hunter2'), (b'a', b'b')]", "[(b'cookie', b'…'), (b'a', b'b')]"),
        ("{b'token': b'hunter2', 'a': 1}", "{b'token': b'…', 'a': 1}"),
        ("'password' => 'hunter2'", "'password' => '…'"),
        (
            "sessionid=hunter2 GEOCODER_KEY=hunter2 password    =    hunter2",
            "sessionid=… GEOCODER_KEY=… password    =    …",
        ),
        ("-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END", "…-----END"),
    ],
)
def test_secrets_in_texts_are_hidden(text: str, shown: str) -> None:
    assert hide_secrets(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("to müller@example.org, .joe@example.org.", "to m…@example.org, .…@example.org."),
        ("?email=a.person%2Bx%40example.org&a=1", "?email=a…@example.org&a=1"),
        ("from 198.51.100.7:8080 and 2001:db8:1:2::7", "from 198.51.100.…:8080 and 2001:db8:1:…"),
        ("ours: 127.0.0.1 10.1.2.3 ::1, at 12:30:45", "ours: 127.0.0.1 10.1.2.3 ::1, at 12:30:45"),
    ],
)
def test_people_in_texts_are_hidden(text: str, shown: str) -> None:
    assert hide_people(text) == shown


def test_what_is_cut_leaves_no_half_of_a_secret() -> None:
    assert cut("see https://joe:password@a.org/", 28) == "see … (31 characters)"
    assert cut("short", 28) == "short"


_LITERALS = (
    *("token=", "token='", 'token="', "token: ", "cookie: ", "bearer "),
    *("/private-", "/ical/aB1", "eyJ-", "eyJ.", "a@a.", "1.1.1.1 ", "ab:cd:", "a.", "a%", "a%40", "%2525"),
)
_ATTACKS = (
    *generic(),
    *(Attack("", literal, end) for literal in _LITERALS for end in ("", "!", "=", "@", "/")),
)


@pytest.mark.parametrize(
    ("call", "longest"), [(has_secret, MOST), (hide_secrets, 40_000), (hide_people, 40_000)]
)
def test_masking_bears_hostile_texts(call, longest: int) -> None:
    assert first_slow(call, _ATTACKS, longest) is None
