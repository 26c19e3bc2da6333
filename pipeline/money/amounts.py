"""Sums of money in words: each number with the currency beside it.

"$10-20", "12,50 €", "Rs. 1,00,000", "2만원". A number without a sign is a sum only where it belongs to one that
has a sign ("10/15 €"), or where a short text holds nothing else ("15").
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import islice, pairwise
from typing import Final

from pipeline import patterns
from pipeline.money.currencies import CODES, sign_of

#: Larger amounts are no ticket price: phone numbers, years with zeros, mistakes.
MOST: Final = Decimal(10_000_000)
#: Only so many characters of a text are read, and so many sums.
MAX_TEXT: Final = 20_000
_MAX_SUMS: Final = 200
#: In a text with more letters than this, numbers without any currency are phone numbers, ages and rooms.
_MOST_LETTERS: Final = 20
#: As many characters before and after a number may be its currency.
_BESIDE: Final = 12


#: What looks like a sign, and a word: `sign_of` says whether it is one.
_MARK: Final = r"(?:[A-Za-z]{0,2}\$|[£€₹¥￥円元₩원₽₺₫฿₱₪₦₴]|[Zz]ł|[Kk]č)"
_WORD: Final = r"[A-Za-z]{2,7}"
_NUMBER: Final = patterns.compile(
    r"(?<!\d)(?<!\d[.,:])(?P<number>\d{1,3}(?:[,.'’]\d{2,3}|[ \xa0]\d{3}(?!\d))*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?)(?P<times>k\b|천|만)?"
    r"(?![\d%:])(?:[.,][-–]|\s?/[-–=])?",
    longest=MAX_TEXT,
)
_BEFORE: Final = patterns.compile(
    rf"(?:((?<![^\W\d_])[A-Z]{{3}}\s?)?({_MARK})|(?<![^\W\d_])({_WORD}))[\s.:]{{0,2}}$",
    longest=_BESIDE,
)
_AFTER: Final = patterns.compile(
    rf"\s?(?:({_MARK})(?!\d)(?:\s?([A-Z]{{3}})(?![^\W\d_]))?|({_WORD})(?![^\W\d_]))",
    longest=_BESIDE,
)
#: What may follow a number without a sign: of "$10 / 2 sets" and "12 €, 8 Uhr" the second is no sum.
_BARE_AFTER: Final = patterns.compile(
    r"\s*(?:$|[^\w\s]|(?:to|bis|or|und|and|oder|et|ou|y|o|adv|advance|at the (?:door|gate)|door|onwards?|per person|pp|cover|donation|ermäßigt"
    r"|reduced|concessions?"
    r"|students?|adults?|kids|children|each|for (?:members|students|adults|others|non))\b)",
    patterns.IGNORECASE,
    longest=40,
)
_BARE_BEFORE: Final = patterns.compile(
    r"(?:\b(?:ages?|aged|under|over|u|room|no)\b|#)[\s.:]*$", patterns.IGNORECASE, longest=20
)
#: What stands between two sums of one price: "$10-20", "20/15 €", "12 Euro, ermäßigt 8".
_JOINED: Final = patterns.compile(
    r"(?=.*\S)[\s,;/|()+–—-]*(?:(?:to|bis|à|a|and|or|und|oder|et|ou|y|o|adv(?:ance)?|door|reduced|erm(?:äßigt|\.)?|r[ée]duit|concessions?|kids|children"
    r"|students?|adults?|seniors?|members?)[\s.:/]*){0,2}",
    patterns.IGNORECASE,
    longest=60,
)
#: Days, times of day and telephone numbers: by their looks alone, which may be wider than what `pipeline/dates` reads.
_NO_SUMS: Final = patterns.compile(
    r"\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b|\b\d{1,2}(?::\d{2}|\s?uhr\b|\s?h\b)|\b(?:19|20)\d{2}-\d{2}-\d{2}\b|\bup to\s\d{1,6}(?=\s?\))"
    r"|\b(?:call|tel|phone|whatsapp|text)\b[^\d\n]{0,12}[\d ()+./-]{6,20}",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
_TIMES: Final = {"k": 1_000, "천": 1_000, "만": 10_000}
_NOT_FIGURES: Final = patterns.compile(r"[^\d.,]", longest=40)
_POINTS: Final = patterns.compile(r"[.,]", longest=40)
_POWER: Final = patterns.compile(r"\d[eE]\d", longest=40)


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount at `start` to `end` of a text. `sign` is a currency code or a shared sign; '' is a bare number."""

    amount: Decimal
    sign: str
    start: int
    end: int


def decimal(text: str) -> Decimal | None:
    """A number in its usual notations: '1,234.50', '1.234,50', '1 234', '12,5', '₹499'.

    None for anything else and for amounts that are no price.
    """
    text = text[:40]
    digits = _NOT_FIGURES.sub("", text).strip(".,")
    if not digits or text.strip().startswith("-") or _POWER.search(text):
        return None
    last = max(digits.rfind("."), digits.rfind(","))
    decimals = len(digits) - last - 1
    if last >= 0 and (decimals in (1, 2) or (digits.count(digits[last]) == 1 and decimals > 3)):
        digits = _POINTS.sub("", digits[:last]) + "." + digits[last + 1 :]
    else:
        digits = _POINTS.sub("", digits)
    try:
        number = Decimal(digits).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return number if number < MOST else None


def amount(text: str) -> Decimal | None:
    """The amount of a text that is nothing else: "$35", "13,00 €", "35.00"; None for other texts."""
    text = text.strip()
    found = list(numbers(text[:60])) if len(text) <= 60 else []
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(text)):
        return None
    return found[0].amount


def sums(text: str) -> list[Sum]:
    """The sums of a text in their order; a number that only belongs to one with a sign gets that sign."""
    found = list(numbers(text[:MAX_TEXT]))
    if not any(one.sign for one in found):
        wordy = sum(char.isalpha() for char in text) > _MOST_LETTERS
        return [] if wordy else [one for one in found if _may_be_bare(text, one)]
    return [one for group in _joined(text, found) for one in _with_sign(group)]


def numbers(text: str) -> Iterator[Sum]:
    """Every number of a text that is no day, time of day or telephone number, with the currency beside it."""
    clean, done = _NO_SUMS.sub(lambda found: " " * len(found.group()), text), 0
    for found in islice(_NUMBER.finditer(clean), _MAX_SUMS):
        number = decimal(found["number"])
        lead = max(done, found.start() - _BESIDE)
        before = _signs(_BEFORE.search(clean[lead : found.start()]))
        after = _signs(_AFTER.match(clean[found.end() : found.end() + _BESIDE]))
        signs = [sign for sign, _, _ in (*before, *after)]
        if number is None or (not signs and clean[max(0, found.start() - 1)].isalpha()):
            continue
        done = found.end() + (after[-1][2] if after else 0)
        yield Sum(
            number * _TIMES.get(found["times"] or "", 1),
            next((sign for sign in signs if sign in CODES), next(iter(signs), "")),
            lead + before[0][1] if before else found.start(),
            done,
        )


def _signs(found: patterns.Match[str] | None) -> list[tuple[str, int, int]]:
    """The signs among what stands beside a number, each with its start and end there."""
    names = enumerate(found.groups(), 1) if found else ()
    reported = ((sign_of(name), at) for at, name in names if name)
    return [(sign, *found.span(at)) for sign, at in reported if sign] if found else []


def _may_be_bare(text: str, one: Sum) -> bool:
    return bool(_BARE_AFTER.match(text[one.end : one.end + 40])) and not _BARE_BEFORE.search(
        text[max(0, one.start - 20) : one.start]
    )


def _joined(text: str, found: list[Sum]) -> list[list[Sum]]:
    """The numbers in groups of one price each."""
    reported = [one for one in found if one.sign or _may_be_bare(text, one)]
    groups = [[one] for one in reported[:1]]
    for left, right in pairwise(reported):
        between = text[left.end : right.start]
        if len(between) <= 60 and _JOINED.fullmatch(between):
            groups[-1].append(right)
        else:
            groups.append([right])
    return groups


def _with_sign(group: list[Sum]) -> list[Sum]:
    """The sums of a group, its bare numbers with the sign of the nearest; none where no number has one."""
    signs = [one.sign for one in group if one.sign]
    last, out = signs[0] if signs else "", []
    for one in group if signs else []:
        last = one.sign or last
        out.append(replace(one, sign=last))
    return out
