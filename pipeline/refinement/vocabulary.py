"""Translates words of other vocabularies into ours.

Schema.org, iCalendar, platforms' APIs, and usual words in titles and places.
"""

from types import MappingProxyType
from typing import Final

from pipeline import patterns
from pipeline.contract.enums import Online, Setting, Status
from pipeline.text.folding import fold_name

#: Only so many characters of a title, and of a place's words, are read.
MAX_TITLE: Final = 1_500
MAX_PLACE: Final = 200
#: In ascending order of gravity (pipeline.contract.enums.Status).
GRAVITY: Final = tuple(Status)

_STATUS: Final = {
    Status.SCHEDULED: "scheduled confirmed tentative live active published open onsale available instock programado",
    Status.CANCELLED: "cancelled canceled cancel abgesagt annule annulee cancelado cancelada annullato annullata geannuleerd installt avlyst aflyst odwolane",
    Status.POSTPONED: "postponed verschoben reporte reportee aplazado aplazada rinviato rinviata uitgesteld suspended onhold delayed deferred",
    Status.RESCHEDULED: "rescheduled moved",
    Status.MOVED_ONLINE: "movedonline nowonline",
    Status.SOLD_OUT: "soldout ausverkauft complet agotado esaurito uitverkocht fullybooked outofstock offsale waitlist",
}
_STATUS_WORDS: Final = MappingProxyType(
    {word: status for status, words in _STATUS.items() for word in words.split()}
)

_TITLE_STATUS: Final = {
    Status.CANCELLED: "cancelled canceled cancellation abgesagt annule annulee cancelado cancelada annullato annullata geannuleerd installt avlyst",
    Status.POSTPONED: "postponed verschoben reporte reportee aplazado aplazada rinviato rinviata uitgesteld",
    Status.RESCHEDULED: "rescheduled newdate",
    Status.MOVED_ONLINE: "movedonline nowonline",
    Status.SOLD_OUT: "soldout ausverkauft agotado esaurito uitverkocht fullybooked",
}
_TITLE_WORDS: Final = {word: status for status, words in _TITLE_STATUS.items() for word in words.split()}
#: One word or two, which may be one of these.
_PHRASE: Final = r"[^\W\d_]{3,13}(?:[ -][^\W\d_]{3,6})?"
_BEFORE: Final = patterns.compile(
    rf"^(?:[\[(*{{<_!~]++\s*+(?P<a>{_PHRASE})\s*+!*+\s*+[\])*}}>_~]++[\s:!–—-]*+"
    rf"|(?:[^\W\d_]{{3,12}}+[,!] )?(?P<b>{_PHRASE})(?:\s*+(?:[:!–—|]++|-{{2,}}+)|\s++-++\s)\s*+)",
    patterns.IGNORECASE,
    longest=MAX_TITLE,
)
#: Without the space and dashes before it, which `title_status` removes too.
_AFTER: Final = patterns.compile(
    rf"(?:(?<![\[(*{{<_!~])[\[(*{{<_!~]++\s*+(?P<a>{_PHRASE})\s*+!*+\s*+[\])*}}>_~]++"
    rf"|(?:\s[–—-]++|:|\||–|—|--)\s*+(?P<b>{_PHRASE})\s*+!*+)$",
    patterns.IGNORECASE,
    longest=MAX_TITLE,
)
#: A whole sentence about the event: "Der Treff fällt aus".
_PREDICATE: Final = patterns.compile(
    r"\s(?:f[äa]llt(?: leider)? aus|entfällt|findet nicht statt|(?:is|has been|was) (?:cancell?ed|called off))"
    r"(?:\s(?:bis|until|till|wegen|due|because)\b.{0,80})?[\s.!]*+$",
    patterns.IGNORECASE,
    longest=MAX_TITLE,
)
#: The separators between a title and the brackets around its status.
_BEFORE_BRACKET: Final = patterns.compile(r"(?<![\s:–—-])[\s:–—-]++$", longest=MAX_TITLE)
#: In capitals beside words in small letters a status needs no separator: "CANCELLED-Planning Board", "Quiz SOLD OUT",
#: "Quiz – POSTPONED to May 5".
_CAPITALS: Final = "CANCELL?ED|POSTPONED|RESCHEDULED|SOLD OUT|ABGESAGT|VERSCHOBEN|AUSVERKAUFT|CANCELAD[OA]|AGOTADO|ANNUL[EÉ]E?"
_CAPITALS_FIRST: Final = patterns.compile(rf"^({_CAPITALS})(?:-(?=[A-Z])|\s(?=\w+[a-z]))", longest=MAX_TITLE)
_CAPITALS_LAST: Final = patterns.compile(
    rf"(?<=[a-z0-9.!?)])(?:\s[:,|–—-]+|[:,|])?\s({_CAPITALS})(?:\s(?i:due|because|to|until|till|wegen|auf|bis)\b.{{0,80}})?$",
    longest=MAX_TITLE,
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
    longest=MAX_TITLE,
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


def gravest(*statuses: Status) -> Status:
    """The gravest status, which readers must see first."""
    return max(statuses, key=GRAVITY.index)


def title_status(title: str) -> tuple[str, Status]:
    """A title without the status before or after it ('CANCELLED: X', 'X (sold out)'), and that status.

    Punctuation or capitals separate a status: 'Cancelled Culture' keeps its name. A title that is only a status
    stays unchanged.
    """
    status = Status.SCHEDULED
    title = _CAPITALS_LAST.sub(r" – \1", _CAPITALS_FIRST.sub(r"\1: ", title))
    if predicate := _PREDICATE.search(title):
        title, status = _BEFORE_BRACKET.sub("", title[: predicate.start()]), Status.CANCELLED
    while True:
        told = filter(None, (_BEFORE.search(title), _AFTER.search(title)))
        found = next((one for one in told if _named(one)), None)
        if found is None:
            return title, status
        before, after = title[: found.start()], title[found.end() :]
        rest = (_BEFORE_BRACKET.sub("", before) if found["a"] else before).strip() or after.strip()
        if not any(char.isalnum() for char in rest):
            return title, status
        status = gravest(status, _named(found) or status)
        title = rest


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
    told = set(words.split())
    return bool(told & _TOOLS) and told <= _TOOLS | _BESIDE


def title_is_online(title: str) -> bool:
    """Whether a title marks an online event: 'Webinar: …', '… (online)'."""
    return bool(_TITLE_ONLINE.search(title[:MAX_TITLE]))


def is_meeting_link(url: str) -> bool:
    """Whether a link leads to an online meeting."""
    return any(host in url.lower() for host in _MEETING_HOSTS)


def is_map_link(url: str) -> bool:
    """Whether a link leads to a map."""
    return any(host in url.lower() for host in _MAP_HOSTS)


def read_setting(text: str) -> Setting:
    """Indoor, outdoor, or unknown."""
    return _SETTINGS.get(fold_name(text), Setting.UNKNOWN)


def _named(found: patterns.Match[str]) -> Status | None:
    return _TITLE_WORDS.get(fold_name(found["a"] or found["b"]).replace(" ", ""))
