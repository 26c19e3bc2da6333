"""Translates words of other vocabularies into ours.

Schema.org, iCalendar, platforms' APIs, and usual words in titles and places.
"""

from types import MappingProxyType
from typing import Final

from pipeline import patterns
from pipeline.contract.enums import Online, Setting, Status
from pipeline.text.folding import fold_name
from pipeline.titles import MOST_READ, STATES

#: Only so many characters of a place's words are read.
MAX_PLACE: Final = 200

#: Words of markup, calendars and platforms beside those of titles.
_STATUS: Final = {
    Status.SCHEDULED: "scheduled confirmed tentative live active published open onsale available instock programado",
    Status.CANCELLED: "cancel aflyst odwolane",
    Status.POSTPONED: "suspended onhold delayed deferred",
    Status.RESCHEDULED: "moved",
    Status.SOLD_OUT: "complet outofstock offsale waitlist",
}
_STATUS_WORDS: Final = MappingProxyType(
    STATES | {word: status for status, words in _STATUS.items() for word in words.split()}
)
_ONLINE_MODES: Final = MappingProxyType(
    {
        **dict.fromkeys(
            ["yes", "true", "1", "online", "onlineeventattendancemode", "virtual", "remote", "online_only"],
            Online.YES,
        ),
        **dict.fromkeys(["fully_online", "digital", "webinar", "livestream"], Online.YES),
        **dict.fromkeys(["both", "hybrid", "mixed", "mixedeventattendancemode"], Online.BOTH),
        **dict.fromkeys(
            [
                "no",
                "false",
                "0",
                "offline",
                "offlineeventattendancemode",
                "physical",
                "in_person",
                "inperson",
                "onsite",
                "venue",
            ],
            Online.NO,
        ),
    }
)

#: Words of what meets on the internet, and what may stand beside them: "Zoom meeting", "via MS Teams".
_TOOLS: Final = frozenset(
    """
    online virtual virtually zoom webinar teams skype webex discord slack youtube twitch jitsi bigbluebutton livestream livestreamed livestreaming
    streaming remote remotely hopin clubhouse telephone phone internet cyberspace www web gotomeeting gotowebinar
    """.split()  # noqa: SIM905
)
_PHRASES: Final = MappingProxyType(
    {
        **dict.fromkeys(("on line", "en ligne", "en línea", "en linea", "in linea"), "online"),
        **dict.fromkeys(
            ("google meet", "zoom us", "facebook live", "instagram live", "youtube live", "jitsi meet"),
            "zoom",
        ),
        **dict.fromkeys(
            (
                "web conference",
                "conference call",
                "go to webinar",
                "go to meeting",
                "goto webinar",
                "goto meeting",
            ),
            "zoom",
        ),
        **dict.fromkeys(
            ("big blue button", "live stream", "live streamed", "live streaming", "hop in"), "zoom"
        ),
    }
)
_BESIDE: Final = frozenset(
    """
    event meeting meetup only class course conference session webinar call room link veranstaltung platform moved switched now to via on by at the a
    an and or through using live ms microsoft
    """.split()  # noqa: SIM905
)
_ASIDE: Final = patterns.compile(r"[(\[][^)\]]*[)\]]\W*$", longest=MAX_PLACE)
_WORDS: Final = patterns.compile(r"\w+", longest=MAX_PLACE)
#: "Virtually via town.example", "#help channel on Slack".
_ONLINE_AT: Final = patterns.compile(
    r"^(?:held )?(?:online|virtual(?:ly)?|remote(?:ly)?|live ?stream(?:ed)?|webcast)(?: event| meeting| only)?(?: via| at| on| through| by|:) \S+\.\S+$"
    r"|^link (?:is )?visible (?:for|to) attendees\W*$"  # Meetup's text for visitors who are not signed in
    r"|^#?[\w-]+ channel (?:on|in) (?:slack|discord|irc|libera\S*|matrix|telegram)\W*$",
    patterns.IGNORECASE,
    longest=MAX_PLACE,
)
_ONLINE_PART: Final = patterns.compile(
    r"\b(?:and|und|et|y|or|&|\+|/)\s*(?:also\s+)?(?:live\s+)?(?:via\s+|on\s+|by\s+)?(?:zoom|online|virtual(?:ly)?|livestream"
    r"|google meet|webex|microsoft teams|remote(?:ly)?)\b|\b(?:zoom|online|virtual(?:ly)?|livestream)\s*(?:and|und|et|y|or|&|\+|/)\s+\w|\bhybrid\b",
    patterns.IGNORECASE,
    longest=MAX_PLACE,
)
_TITLE_ONLINE: Final = patterns.compile(
    r"^\W*(?:online|virtual|webinar|livestream)\b\s*[:\])|–—-]|[(\[](?:online|virtual|zoom|webinar|livestream)[)\]]"
    r"|\b(?:via|on|over) (?:zoom|webex|google meet|(?:microsoft |ms )?teams|livestream)\W*$",
    patterns.IGNORECASE,
    longest=MOST_READ,
)

#: Hosts of online meetings; with such a link beside an address the event is both.
_MEETING_HOSTS: Final = (
    "zoom.us", "meet.google.com", "teams.microsoft.com", "teams.live.com", "webex.com", "gotomeeting.com", "gotowebinar.com", "youtube.com", "youtu.be",
    "twitch.tv", "meet.jit.si", "discord.gg", "discord.com", "hopin.com", "streamyard.com", "crowdcast.io", "skype.com", "whereby.com", "bigbluebutton.org",
)  # fmt: skip
_MAP_HOSTS: Final = (
    "maps.google.",
    "google.com/maps",
    "goo.gl/maps",
    "maps.app.goo.gl",
    "openstreetmap.org",
    "maps.apple.com",
    "bing.com/maps",
)

_SETTINGS: Final = MappingProxyType(
    {
        **dict.fromkeys(["indoor", "indoors", "inside"], Setting.INDOOR),
        **dict.fromkeys(("outdoor", "outdoors", "outside", "open air", "al fresco"), Setting.OUTDOOR),
    }
)


def read_status(text: str) -> Status:
    """The status for a word of schema.org ('https://schema.org/EventCancelled'), iCalendar or a platform.

    Else scheduled.
    """
    last = text.strip().rstrip("/").rpartition("/")[2].rpartition("#")[2]
    word = fold_name(last).replace(" ", "")
    return _STATUS_WORDS.get(word.removeprefix("event")) or _STATUS_WORDS.get(word, Status.SCHEDULED)


def read_online(mode: str) -> Online | None:
    """The meaning of an attendance mode, None for unknown words."""
    word = (
        mode.strip()
        .rstrip("/")
        .rpartition("/")[2]
        .rpartition("#")[2]
        .casefold()
        .replace("-", "_")
        .replace(" ", "_")
    )
    return _ONLINE_MODES.get(word)


def place_is_online(text: str) -> Online:
    """Whether the words of a place mean the internet.

    Yes ('Zoom', 'Online event'), both ('Town hall and Zoom', 'Hybrid'), or no.
    """
    text = text[:MAX_PLACE]
    if text and (_is_online(text) or _ONLINE_AT.match(text)):
        return Online.YES
    return Online.BOTH if _ONLINE_PART.search(text) else Online.NO


def _is_online(text: str) -> bool:
    """Whether the words are nothing but tools of the internet and what stands beside these."""
    words = " ".join(_WORDS.findall(_ASIDE.sub("", text.casefold())))
    for phrase, word in _PHRASES.items():
        words = words.replace(phrase, word)
    reported = set(words.split())
    return bool(reported & _TOOLS) and reported <= _TOOLS | _BESIDE


def title_is_online(title: str) -> bool:
    """Whether a title marks an online event: 'Webinar: …', '… (online)'."""
    return bool(_TITLE_ONLINE.search(title[:MOST_READ]))


def is_meeting_link(url: str) -> bool:
    """Whether a link leads to an online meeting."""
    return any(host in url.lower() for host in _MEETING_HOSTS)


def is_map_link(url: str) -> bool:
    """Whether a link leads to a map."""
    return any(host in url.lower() for host in _MAP_HOSTS)


def read_setting(text: str) -> Setting:
    """Indoor, outdoor, or unknown."""
    return _SETTINGS.get(fold_name(text), Setting.UNKNOWN)
