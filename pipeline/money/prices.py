"""The one reader of prices: the words of a price, a title, and running text.

`docs/prices.md` is its table of cases."""

from decimal import Decimal
from functools import lru_cache
from typing import Final

from pipeline.contract.enums import PriceType
from pipeline.contract.normalized import Price
from pipeline.money import words
from pipeline.money.amounts import MAX_TEXT, Sum, sums
from pipeline.money.currencies import settled
from pipeline.siblings import SIBLINGS

#: The price of an event that costs nothing, in no currency.
FREE: Final = Price(type=PriceType.FREE, min=Decimal(0), max=Decimal(0))
#: A price's words in running text are at most so long, and two of its sums at most so far apart.
_MAX_STATED: Final = 200
_MAX_GAP: Final = 25
#: So many characters before and after a sum tell what it is for.
_BEFORE: Final = 30
_AFTER: Final = 20
#: Sums of running text that are looked at for a price.
_MAX_GROUPS: Final = 40
#: The price for others stands at most so many characters behind "members: free".
_NEAR: Final = 40


def read_text(
    text: str, *, currency: str = "", country: str = "", is_free: bool | None = None
) -> tuple[Price, float]:
    """The price in words, and the confidence in it: '₹499 onwards', '$10-$20', 'Free', 'pay what you want'.

    `currency` is what the source names, `country` (ISO 3166) gives a meaning to "$" and to bare numbers. Of
    amounts in several currencies those of the country's count, else those of the first. Without a price:
    UNKNOWN.
    """
    text = words.OFFERS.sub(" ", text[: words.MAX_PRICE])
    free = bool(words.FREE.search(text)) and is_free is not False
    if free and words.FREE_WITH_EXTRA.match(text):
        return Price(type=PriceType.FREE, min=Decimal(0), max=Decimal(0), currency=currency), 0.8
    amounts, money = _of_one_currency(sums(text), currency, country)
    low, high = min(amounts, default=None), max(amounts, default=None)
    if words.DONATION.search(text) or (words.SLIDING.search(text) and not low):
        return Price(type=PriceType.DONATION, min=low, max=high, currency=money), 0.8
    if words.SLIDING.search(text):
        return Price(type=PriceType.VARIABLE, min=low, max=high, currency=money), 0.8
    if words.FREE_FOR_SOME.search(text) or (high and (free or not low)):
        return Price(
            type=PriceType.VARIABLE, min=Decimal(0), max=high or None, currency=money if high else ""
        ), 0.7
    if high:
        return spanned(amounts, text, money), 0.8
    if free or (amounts and is_free is not False):
        return Price(type=PriceType.FREE, min=Decimal(0), max=Decimal(0), currency=money or currency), 0.8
    if words.PAID.match(text) or is_free is False:
        return Price(type=PriceType.PAID), 0.6
    return (Price(type=PriceType.VARIABLE), 0.5) if words.VARIES.search(text) else (Price(), 0.0)


def spanned(amounts: list[Decimal], text: str, currency: str) -> Price:
    """The price of amounts above zero; one alone is open where `text` says that it is the least or the most."""
    one = min(amounts) == max(amounts)
    return Price(
        type=PriceType.PAID,
        min=None if one and words.UP_TO.search(text) else min(amounts),
        max=None if one and words.FROM.search(text) else max(amounts),
        currency=currency,
    )


def _of_one_currency(found: list[Sum], currency: str, country: str) -> tuple[list[Decimal], str]:
    """The amounts in one currency, and its code."""
    reported = [(one.amount, settled(one.sign or currency, country)) for one in found]
    codes = [code for _, code in reported]
    wanted = next((code for code in (currency, settled("", country)) if code in codes), next(iter(codes), ""))
    return [amount for amount, code in reported if code == wanted], wanted


def sign_in(text: str) -> str:
    """The first currency in a text, a code or a shared sign; '' where there is none."""
    return next((one.sign for one in sums(text) if one.sign), "")


def is_free_by_title(title: str) -> bool:
    """Whether a title says that the event is free: "Open Mic (FREE)", but not "Free Jazz"."""
    return bool(words.FREE_TITLE.search(title[: words.MAX_PRICE]))


def stated(line: str) -> tuple[int, int] | None:
    """Where the words of the price are in a line of an announcement ("$10 adv / $15 door"), None without one."""
    group = next(iter(_groups(line)), None)
    return _span(line, group) if group else None


@lru_cache(maxsize=SIBLINGS)
def read_description(text: str, *, country: str = "") -> tuple[Price, float]:
    """The price that running text (lines, without markup) states plainly, and the confidence in it.

    Free for all, a donation, or a sum with a sign beside a word for admission. Other costs in it (a raffle, a
    drink) do not count; a sum alone in its line does where it is the only one.
    """
    text = text[:MAX_TEXT]
    money = any(one.sign for one in sums(text))
    if not money:
        if words.FREE_EVENT.search(text):
            return FREE, 0.6
        return (Price(type=PriceType.DONATION), 0.6) if words.DONATION_EVENT.search(text) else (Price(), 0.0)
    groups = _groups(text)
    for group in groups:
        price, _ = (
            read_text(_words_of(text, group), country=country) if _is_admission(text, group) else (Price(), 0)
        )
        if price.max or price.min:
            return price, 0.6
    if len(groups) == 1 and _is_alone(text, groups[0]):
        price, _ = read_text(_words_of(text, groups[0]), country=country)
        return (price, 0.5) if price.max or price.min else (Price(), 0.0)
    return Price(), 0.0


def price_of_others(text: str, country: str) -> tuple[Price, float] | None:
    """The price for others where "free" holds only for some: "Members: free, not-yet-members: $15"."""
    for found in words.FREE_FOR_SOME.finditer(text[:MAX_TEXT]):
        price, sure = read_text(text[found.start() : found.end() + _NEAR], country=country)
        if price.type is PriceType.VARIABLE and price.max:
            return price, sure
    return None


def _groups(text: str) -> list[list[Sum]]:
    """The sums with a sign that may be an admission price, in groups of those that stand together."""
    found = [one for one in sums(text) if one.sign][:_MAX_GROUPS]
    groups: list[list[Sum]] = []
    done = 0
    for one in found:
        between = text[done : one.start]
        before = between[-_BEFORE:]
        after = words.CLAUSE_END.split(text[one.end : one.end + _AFTER], maxsplit=1)[0]
        if not (words.OTHER.search(f"{before} | {after}") or words.RATE.match(after)):
            if (
                groups
                and groups[-1][-1].end == done
                and len(between) <= _MAX_GAP
                and not words.GAP_END.search(between)
            ):
                groups[-1].append(one)
            else:
                groups.append([one])
        done = one.end
    return groups


def _span(text: str, group: list[Sum]) -> tuple[int, int]:
    """Where a group of sums begins and ends, with the words beside it that say what they are."""
    start, end = group[0].start, min(group[-1].end, group[0].start + _MAX_STATED)
    lead = words.LEAD.search(text[max(0, start - _BEFORE) : start])
    trail = words.TRAIL.match(text[end : end + 60])
    return start - len(lead.group()) if lead else start, end + len(trail.group()) if trail else end


def _words_of(text: str, group: list[Sum]) -> str:
    return text[slice(*_span(text, group))]


def _is_admission(text: str, group: list[Sum]) -> bool:
    """Whether a word for admission stands beside a group."""
    start = group[0].start
    return bool(
        words.ADMISSION_BEFORE.search(text[max(0, start - 80) : start])
        or any(words.ADMISSION_AFTER.match(text[one.end : one.end + 60]) for one in group)
    )


def _is_alone(text: str, group: list[Sum]) -> bool:
    """Whether a group is a line or sentence by itself, and what stands before it names no other cost."""
    start, end = group[0].start, group[-1].end
    return bool(
        words.ALONE_BEFORE.search(text[max(0, start - 10) : start] if start else "\n")
        and words.ALONE_AFTER.match(text[end : end + 40])
        and not words.OTHER.search(text[max(0, start - 90) : start])
    )
