"""Hostile texts for any reader: repeats of everything that might be scanned, split, nested or folded.

Deterministic. `attacks.py` adds those made from an expression's own structure.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Attack:
    """A text of any length.

    A beginning, what is repeated, what closes each repeat in turn (where it nests), and a spoiling end.
    """

    before: str
    pump: str
    end: str = ""
    close: str = ""

    def of(self, length: int) -> str:
        """The text with about so many characters (at least one repeat)."""
        room = max(length - len(self.before) - len(self.end), len(self.pump))
        if self.close:
            times = max(room // (len(self.pump) + len(self.close)), 1)
            return self.before + self.pump * times + self.close * times + self.end
        return self.before + (self.pump * (room // len(self.pump) + 1))[:room] + self.end


# fmt: off
_CHARACTERS = (
    *"aA1 \t\n\r\x0b\x00.,:;!?'\"`´’&@#%*+-_=~^/\\|()[]{}<>$€•·–—…",
    *("\xa0", "\u2003", "\u200b", "\u00ad", "\u0300", "\u0301e", "\u0301\u0316", "ß", "İ", "ǆ", "\ufb03", "\u0e01", "\u0906\u094d", "漢", "\uff10", "\u0663"),
    *("\U0001f3b5", "\U0001f469\u200d\U0001f467", "\u202e", "\ufeff", "\ufdfa"),
)
_SEPARATORS = (
    *("a&", "a & ", "a - ", "a | ", "a, ", "a/", "a / ", "a: ", "a; ", "a • ", "a\n", "a\n\n", "a\r\n", "a. ", "a – ", "& ", " -", "- ", ", ,"),
    *("\r\n ", "\n\t", "--", "==", "\\n", "\\,", "a=b;", "a=b&", ";a=", " at ", " and ", " or ", " to ", " x ", "a b ", "A. ", "Aa ", "1 a "),
)
_OPENERS = (
    *("()", "(a", "[a]", "{a}", "[[", "{{", "<<", "<!--", "<!-->", "<!---->"),
    *("<![CDATA[", "<?a ", "<!a ", '"a', '""', "'a' ", "](", "[a](b", "![a](", "**a", "_a"),
    *('{"a":', "[1,", '"a":"b",', '\\"', "{%", "${", "(?", "=?utf-8?q?"),
    *("BEGIN:VEVENT\n", "BEGIN:", "END:VEVENT\n", "```\n", "> ", "# ", "- a\n", "1. a\n"),
)
_ENTITIES = ("&amp;", "&amp;amp;", "&#x26;", "&#38;", "&lt;", "&a", "&#", "&#x", "&nbsp;", "&lt;a&gt;", "%25", "%20", "%", "\\u0026", "=3D", "=\n")
_MARKUP = (
    *("<ul><li>", "<li>", "</li>", "<a href=\"", '<a href="https://a.example/">a</a>'),
    *("<b>", "</b>", "<p><div>", "<p>", "<br>", "<br/>", "<table><tr><td>"),
    *("<a ", "<a b=", "<a b='", "<a/", "</", "<div class=\"a\">", "<script>"),
    *("</script>", "<style>", "<title>", "<svg><math>", "<font><b><i>", "<select><option>"),
    *('<script type="application/ld+json">', "<item><title>a</title>", "<x:y xmlns:x='a'>"),
    *('<meta property="og:title" content="a">', "<time datetime=\"2026-03-01\">"),
)
_FACTS = (
    *("1,", "1.", "1 ", "1-", "1/", "1:", "10,000 ", "2026-03-14 ", "14.03.2026, "),
    *("14/03/2026 ", "March 14, ", "Sat 14 March 2026 ", "14 March - ", "Mon, Tue, "),
    *("8pm ", "20:00 ", "20:00-", "8 - 10pm ", "8:30 pm to ", "20h30 ", "Mo-Fr 10:00-18:00; "),
    *("Mo ", "PH off; ", "week 1-53/2 ", "every Monday ", "first Friday of "),
    *("$10 ", "€10,50 ", "10 EUR ", "£5 - ", "Rs. 500/- ", "free ", "12 Main St, "),
    *("Main Street 12 ", "Berlin, ", "10117 Berlin, ", "SW1A 1AA ", "52.5,13.4 "),
    *("https://a.example/", "http://", "https://a.example/?a=", "www.a.", "//", "a@"),
    *("a@b.", "a.b@c.example ", "@a ", "#a ", "+49 30 1234567 ", "(030) 12", "key=a&"),
    *("P1D", "PT1H", "FREQ=DAILY;", "RRULE:FREQ=DAILY\n", "DTSTART:20260314T200000Z\n"),
    *("X" * 70 + "\n ", "2026-03-14T20:00:00Z ", "+02:00", "v=spf1 "),
    *("Live at the Club, ", "Dr. A ", "O'Neill's ", "A&B ", "feat. a ", "vs. ", "presents: ", "sold out ", "cancelled ", "online ", "doors 7pm "),
)
PUMPS: Final = tuple(dict.fromkeys((*_CHARACTERS, *_SEPARATORS, *_OPENERS, *_ENTITIES, *_MARKUP, *_FACTS)))
#: One thing that never ends, or ends far off.
LED: Final = tuple(
    Attack(*parts)
    for parts in (
        ("&#", "9", ";"), ("&#x", "f", ";"), ("&", "a", ";"), ("<", "a", ""), ("<a ", "b=c ", ""), ('<a href="', "a", ""), ("<!--", "-", ""),
        ("<!--", "-->", ""), ("<![CDATA[", "]", ""), ("<script>", "<", ""), ("<style>", "</style", ""), ('"', "\\\\", ""), ("(", ")", ""),
        ("https://", "a.", "/"),
        ("https://a.example/", "/..", ""), ("https://a.example/?", "a&", ""), ("a@", "b.", "c"), ("1", "0", ""), ("1.", "0", ""), ("-", "9", "e9"),
        ("+", "1 ", ""), ("20260314T", "0", "Z"), ("A", " ", "b"), ("A ", "\n", "b"), ("a", "\u0301", "\u0316"), ("=?utf-8?b?", "QUFB", "?="),
    )
)
#: What is opened many times and closed as often.
NESTED: Final = tuple(
    Attack("", opened, "", closed)
    for opened, closed in (
        ("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ("<b>", "</b>"), ("<div>", "</div>"), ("<ul><li>", "</li></ul>"), ("<a>", "</a>"), ('{"a":', "}"),
        ("[[", "]]"), ("**", "**"), ("(a ", ")"), ("\u0301", "\u0316"), ("a", "b"), (" ", "a"), ("\n", " "), ("1", " "), ("a", " "), ("&", ";"), ("-", "a"),
    )
)
# fmt: on
_SPOILERS = ("!", "\x00")


def generic() -> tuple[Attack, ...]:
    """Every repeat by itself, and with a last character that spoils a match."""
    plain = [Attack("", pump, "") for pump in PUMPS]
    spoilt = [Attack("", pump, _SPOILERS[place % 2]) for place, pump in enumerate(PUMPS)]
    return (*plain, *spoilt, *LED, *NESTED)
