"""Tokens of an expression, and the record of a rule.

Strict except for frequent spellings: "10-12", "7pm", "10.00", "Monday", "to", "closed".
"""

from dataclasses import dataclass
from typing import Final
from unicodedata import category

from pipeline import patterns
from pipeline.hours.days import Days
from pipeline.hours.spelling import normal
from pipeline.hours.vocabulary import AND, MODIFIERS, MONTHS, OPEN_ENDS, TO, UNANSWERED, WEEKDAYS, foreign

MOST_CHARACTERS: Final = 2_000
DAY: Final = 1440

#: Vowel signs and accents of letters: Python's `\\w` does not match them.
_MARKS: Final = (
    "[" + "".join(chr(code) for code in range(0x300, 0x3100) if category(chr(code)).startswith("M")) + "]"
)
#: Times here are numbers of one grammar with days and rules ("Mo-Fr 9-12,14-26:00"), up to 48 hours: no clock in words
#: (`pipeline/dates`).
_TOKEN: Final = patterns.compile(
    r"""\s*(?:
      (?P<comment>"[^"]*")
    | (?P<always>24\s*/\s*7\b)
    | (?P<time>\d{1,2}(?:[:.]\d{2})?\s*(?:a\.m\.|p\.m\.|am\b|pm\b)|\d{1,2}[:.]\d{2}(?!\d))
    | (?P<year>(?:19|20)\d\d(?!\d))
    | (?P<number>\d{1,3}(?!\d))
    | (?P<word>[^\W\d_](?:[^\W\d_]|MARKS)*)\.?
    | (?P<sign>\|\||[-+,;:/()\[\]&])
    )""".replace("MARKS", _MARKS),
    patterns.VERBOSE | patterns.IGNORECASE,
    longest=4 * MOST_CHARACTERS,  # replacements may be longer than the words
)
_COMMENT: Final = patterns.compile(r'("[^"]*")', longest=MOST_CHARACTERS)
_WORDY: Final = {**dict.fromkeys(TO, "-"), **dict.fromkeys(OPEN_ENDS, "+"), **dict.fromkeys(AND, ",")}


class Unsupported(ValueError):
    """The expression is no opening_hours, or has an unknown part. The message names it."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes of the day from `start` to `end` (up to 48 h).

    From `open_end` on, if set, the state is unknown.
    """

    start: int
    end: int
    open_end: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    `days` None: every day; `spans` empty: the whole day. `state` is open, closed or unknown; `joint` ";" ","
    or "||".
    """

    joint: str
    days: Days | None
    spans: tuple[Span, ...]
    state: str
    holidays: bool = False


def tokens(expression: str) -> list[Token]:
    """The tokens of an expression. Raises Unsupported."""
    if len(expression) > MOST_CHARACTERS:
        raise Unsupported("too long")
    parts = _COMMENT.split(expression)
    text = "".join(part if part.startswith('"') else normal(part) for part in parts).strip()
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            raise Unsupported(f"not understood: {text[at : at + 30]}")
        kind, value = str(match.lastgroup), str(match.group(str(match.lastgroup))).lower()
        found += _named(kind, value)
        at = match.end()
    return _without_double_signs(found)


def _named(kind: str, value: str) -> list[Token]:
    if kind == "sign":
        return [Token("sign", "," if value == "&" else value)]
    if kind != "word":
        return [Token(kind, value)]
    if value in _WORDY:
        return [Token("sign", _WORDY[value])]
    if value in WEEKDAYS:
        return [Token("weekday", str(WEEKDAYS[value]))]
    if value in MONTHS:
        return [Token("month", str(MONTHS[value]))]
    if value in MODIFIERS:
        return [Token("modifier", MODIFIERS[value])]
    if value in ("week", "easter", "day", "days", "ph", "weekend", "weekends", "daily"):
        return [Token("word", value)]
    if value in UNANSWERED:
        raise Unsupported(UNANSWERED[value])
    for kind_named, names in zip(("weekday", "month"), foreign(), strict=True):
        if value in names:
            return [Token(kind_named, str(names[value]))]
    raise Unsupported(f"the word {value[:30]!r}")


def _without_double_signs(tokens: list[Token]) -> list[Token]:
    """ "17:00-late" has a dash and an open end: only the end counts."""
    return [
        token
        for number, token in enumerate(tokens)
        if not (token == Token("sign", "-") and tokens[number + 1 : number + 2] == [Token("sign", "+")])
    ]


class TokenReader:
    """Reads the tokens in order."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    def peek(self, ahead: int = 0) -> Token:
        """The token at that position; one of kind "end" behind the last."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else Token("end", "")

    def next(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self._at += 1
        return token

    def take(self, sign: str) -> bool:
        """Take the next token if it is that sign. Returns whether it was."""
        if self.peek() == Token("sign", sign):
            self._at += 1
            return True
        return False

    def expect(self, kind: str) -> str:
        """Take the next token, which must be of that kind, and return its text."""
        token = self.next()
        if token.kind != kind:
            raise Unsupported(f"{kind} expected, not {token.text[:30] or 'the end'}")
        return token.text

    def rest(self) -> str:
        """The next few tokens, for an error message."""
        return " ".join(token.text for token in self._tokens[self._at : self._at + 4])
