"""Prices: of a record's numbers, of words, of a description."""

from decimal import Decimal, InvalidOperation
from itertools import islice, pairwise
from typing import Final

from pipeline import patterns
from pipeline.contract.enums import PriceType
from pipeline.contract.normalized import Price
from pipeline.contract.raw import RawRecord
from pipeline.money.currencies import CODES, SIGNS, currency_of, settled

#: Larger amounts are no ticket price: phone numbers, years with zeros, mistakes.
MOST: Final = Decimal(10_000_000)
MAX_TEXT: Final = 300
#: Only so many characters of a description are read: the limit of `clean`.
MAX_DESCRIPTION: Final = 20_000
#: Only so many characters are read as a price: a price's own text, or the text around sums in a description.
_MAX_TOLD: Final = 600
#: In a text with more letters than this, numbers without a currency are phone numbers, ages and rooms.
MOST_LETTERS: Final = 20
#: The price of an event that costs nothing, in no currency.
FREE: Final = Price(type=PriceType.FREE, min=Decimal(0), max=Decimal(0))
_SIGN: Final = "|".join(
    sorted((patterns.escape(sign) for sign in (*SIGNS, *map(str.lower, CODES))), key=len, reverse=True)
)
_NUMBER: Final = r"\d{1,3}(?:[ ,.'’]\d{2,3})*(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT: Final = patterns.compile(
    rf"(?:(?<![a-z])(?P<before>{_SIGN})\s*)?(?<![\d,])(?<!\d\.)(?P<number>{_NUMBER})(?P<thousand>k\b)?(?![\d%:])(?:[.,][-–]|\s?/[-–=])?(?:\s*(?P<after>{_SIGN})(?![a-z]))?",
    patterns.IGNORECASE,
    longest=_MAX_TOLD,
)
_FREE: Final = patterns.compile(
    r"\b(?:free(?! parking| drinks?| food| gift| wifi| wi-fi| beer| t-shirt| with (?:purchase|admission|membership|ticket|paid|entry))"
    r"|no (?:cover|charge|cost|fee|entry fee)|complimentary|gratis|gratuit(?:e|o|a)?|kostenlos|kostenfrei|eintritt frei|freier eintritt"
    r"|entrada libre|entr[ée]e libre|ingresso libero|entrata libera|muft)\b|निःशुल्क|ಉಚಿತ",
    patterns.IGNORECASE,
    longest=_MAX_TOLD,
)
#: Phrases of running text about the event itself: "feel free" and "sugar-free" do not count.
_FREE_EVENT: Final = patterns.compile(
    r"(?<![\w-])(?:free (?:and open to (?:the public|all|everyone)|admission|entry|entrance|event|of charge)|(?:admission|entry|entrance|event) is free"
    r"|(?:admission|entry|entrance)(?:\s*[:–-])? free|no (?:entry|entrance|admission) (?:fee|charge)"
    r"|no cover(?: charge)?(?! (?:versions?|songs?|bands?))|eintritt (?:ist )?frei"
    r"|freier eintritt|entr[ée]e libre|entrada (?:libre|gratuita)|ingresso (?:libero|gratuito))\b"
    r"(?! (?:for|to|with|before|until|till) (?:\w+ )?(?:members|first|\d|noon|kids|children|students|under|seniors|residents|ticket|purchase))"
    r"|(?:^|(?<=[.!?|\n]\s)|(?<=[.!?|\n]\s\s))\s?free(?=\s*(?:[.!|]|$))",
    patterns.IGNORECASE,
    longest=MAX_DESCRIPTION,
)
#: Titles that say it of the event: "(Free!)", "Free with RSVP", "FREE Online Workshop". Not "Free Jazz", "Smoke-Free".
_FREE_TITLE: Final = patterns.compile(
    r"[(\[*]\s*(?:100% )?(?:free|gratis|kostenlos|gratuit)\b[^()\[\]]{0,20}[)\]*]|\bfree (?:w/|with|via) rsvp\b|\bfree (?:entry|admission|event|show|class"
    r"|concert|workshop|webinar|session|screening|tour|tickets?|comedy show|online|virtual|live (?:music|show|comedy))\b"
    r"|[-–—:|!•]\s*free\W*$|^\W*free\s*[-–—:|!•]",
    patterns.IGNORECASE,
    longest=MAX_TEXT,
)
_SOME: Final = r"(?:members?|kids|child(?:ren)?|students?|under|seniors?|residents|veterans|ages|holders|ladies|women|girls|kinder|mitglieder|enfants|niños)"
#: Free for some: 'free for members', 'free entry for ladies', 'kids free', 'children under 12 are free',
#: 'under 3 free'.
_FREE_FOR_SOME: Final = patterns.compile(
    rf"\bfree (?:\w+ )?(?:for|to) (?:\w+ )?{_SOME}\b|(?<!non-)(?<!non )\b{_SOME}\b(?: (?:under|over|\d+|and|&|years?|old|younger|below|-)){{0,5}}:?"
    r"(?: (?:are|is|get in|go|come))? (?:free|gratis|gratuit\w*|frei|kostenlos)\b",
    patterns.IGNORECASE,
    longest=MAX_DESCRIPTION,
)
#: Uses of "free" that do not mean free admission.
_OFFERS: Final = patterns.compile(
    r"\b(?:get|plus) (?:one|two|1|2|a friend) free\b|\bbogo\b", patterns.IGNORECASE, longest=_MAX_TOLD
)
#: Only one number of several has the sign: "$10-20", "20/15 €", "12 Euro, ermäßigt 8".
_BETWEEN: Final = patterns.compile(
    r"[\s,;/|()+–—-]*(?:(?:to|bis|à|a|and|or|und|oder|et|ou|y|o|reduced|erm(?:äßigt|\.)?|r[ée]duit|concessions?|kids|children|students?)[\s.:]*)?",
    patterns.IGNORECASE,
    longest=_MAX_TOLD,
)
_MONEY: Final = patterns.compile(
    r"[$€£₹]\s?\d|\b\d+\s?(?:€|euros?|dollars|usd|eur|inr)\b", patterns.IGNORECASE, longest=MAX_DESCRIPTION
)
_TAG: Final = patterns.compile(r"<[^<>]*>", longest=MAX_DESCRIPTION)
_DIGITS: Final = r"\d[\d.,]{0,30}+"  # bounded, since each digit of a long number begins one
_SUM: Final = (
    rf"(?:[$€£₹]\s?{_DIGITS}(?:k\b)?|\b(?:Rs\.?|INR|USD|EUR|GBP)\s?{_DIGITS}(?:k\b)?|{_DIGITS}\s?(?:€|euros?\b|dollars\b))"
    r"(?:\s?[-–/]\s?\d[\d.,]{0,30}(?![\d:%]|\s{0,20}(?:[ap]\.?m\b|uhr\b|h\b)))?"  # its second number: "Rs 499 / 799"
)
#: A sum beside a word for admission: "Tickets: $15 advance, $20 at the door", "$10 cover", "Admission is $8".
_ADMISSION: Final = patterns.compile(
    rf"\b(?:tickets?|admission|entry|entrance|cover|cost|price|fee|general|eintritt|tarifs?|entrada|prix|registration)\b"
    r"(?: (?:fee|charge|price|is|are|costs?|from)){0,5}+"
    rf"\s*+(?:[:–-]\s*+)?+(?:{_SUM})(?:[^!?<>:$€£₹]{{0,25}}{_SUM}){{0,5}}(?: (?:suggested )?donation)?"
    rf"|(?:{_SUM})(?:\s*+[-–/]\s*+(?:{_SUM}|\d{{1,30}}+))?\s*+(?:(?:suggested|per person|general|online|presale)\s+)?"
    rf"(?:cover\b|admission\b|entry\b|at the door\b|(?:in )?advance\b|adv\b|per (?:person|head|ticket)\b|donation\b|tickets?\b|suggested\b)",
    patterns.IGNORECASE,
    longest=MAX_DESCRIPTION,
)
#: A sum that is alone in its line or sentence; it counts where it is the only one: "Rs. 1,500/-".
_LONE: Final = patterns.compile(
    rf"(?:^|[\n|•;.!])\s{{0,20}}+(?:only |just |nur )?(?P<sum>{_SUM})\s?(?:/-|/=)?(?: ?(?:only|onwards|pp|each|per (?:head|person)))?"
    r"[\s.!]{0,20}(?=$|[\n|•;])",
    patterns.IGNORECASE,
    longest=MAX_DESCRIPTION,
)
_SUMS: Final = patterns.compile(_SUM, patterns.IGNORECASE, longest=MAX_DESCRIPTION)
#: A sum after such words is something else.
_NO_FEE: Final = patterns.compile(
    r"\b(?:priz|win|worth|value|rais|donat|salar|stipend|budget|grant|deposit|parking|fine|merch|gift|voucher|raffle|drink|goal|cash|bail|reward|buy|sold|earn)\w*[^.!?]{0,60}[.!?\s]*$",
    patterns.IGNORECASE,
    longest=200,
)
MAX_SUMS: Final = 3
#: The price for others stands at most so many characters behind "members: free".
_NEAR: Final = 40
_DONATION_EVENT: Final = patterns.compile(
    r"\b(?:pay[ -]what[ -]you[ -](?:can|want|wish)|(?:suggested|by|admission by) donation|donation[- ]based"
    r"|donations? (?:suggested|at the door|welcome at the door)"
    r"|auf spendenbasis|prix libre|participation libre)\b",
    patterns.IGNORECASE,
    longest=MAX_DESCRIPTION,
)
_DONATION: Final = patterns.compile(
    r"\b(?:donations?|pay[ -](?:what|as)[ -]you[ -](?:can|want|wish|like|will|please)|name your (?:own )?price|pwyc|pwyw|suggested|contribution|notaflof"
    r"|(?:no one|nobody|none) (?:is |will be )?turned away|spenden?|auf spendenbasis"
    r"|hutsammlung|prix libre|participation libre|donativ\w*|offerta libera|aportaci[oó]n)\b",
    patterns.IGNORECASE,
    longest=_MAX_TOLD,
)
_SLIDING: Final = patterns.compile(r"\bsliding[ -]scale\b", patterns.IGNORECASE, longest=_MAX_TOLD)
_MORE: Final = patterns.compile(
    r"\b(?:onwards?|from|starting|starts|ab|à partir|a partir|desde|da|upwards?|and up|min(?:imum)?)\b|[$€£₹]\s?\d[\d.,]*\s*\+|\+\s*$",
    patterns.IGNORECASE,
    longest=_MAX_TOLD,
)
#: A price that says only that there is one: "Paid", "Ticketed event".
_PAID: Final = patterns.compile(
    r"^\W*(?:paid|ticketed|kostenpflichtig|payant|de pago)\b", patterns.IGNORECASE, longest=_MAX_TOLD
)
#: Free, and in brackets the price of something beside it: "Free (₹75 for coffee)". Brackets that name others than
#: those who come free ("$10 for others") are the event's.
_FREE_WITH_EXTRA: Final = patterns.compile(
    r"^\W*(?:free|gratis|kostenlos|gratuit)\s*[(\[](?![^)\]]*\b(?:others?|non|adults?|general|public|everyone|guests?|door|after)\b)[^)\]]*[)\]]\W*$",
    patterns.IGNORECASE,
    longest=_MAX_TOLD,
)
_UP_TO: Final = patterns.compile(
    r"\b(?:up to(?! \d+ ?%)|bis zu|jusqu|max(?:imum)?|hasta)\b", patterns.IGNORECASE, longest=_MAX_TOLD
)
_VARIES: Final = patterns.compile(
    r"\b(?:var(?:ies|iable|ious)|see (?:web)?site|tiered|diverse|multiple)\b",
    patterns.IGNORECASE,
    longest=_MAX_TOLD,
)
_NOT_PRICES: Final = patterns.compile(
    r"\b\d{1,2}(?::\d{2})?\s*[ap]\.?m\b|\b\d{1,2}:\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b|\b(?:ages?|aged|under|over|u)\s*\d+\+?"
    r"|(?<![$€£₹\d.,])\d[\d.,]{0,12}[ -]*(?:years?|yrs?|jahre|ans|%|tickets?|people|persons?|personen|personnes|drinks?(?: min\w*)?|items?|guests?"
    r"|seats?|spots?|places?|spaces?|slots?|participants?|attendees?|pax|plätze|plazas|minutes?|mins?|hours?|hrs?|days?|weeks?|sessions?)\b"
    r"|\bup to\s+\d+(?=\s*\))"
    r"|\b(?:call|tel|phone|whatsapp|text)\b\D{0,12}[\d ()+./-]{6,}",
    patterns.IGNORECASE,
    longest=_MAX_TOLD,
)
_NO_FIGURES: Final = patterns.compile(r"[^\d.,]", longest=40)
_MARKS: Final = patterns.compile(r"[.,]", longest=40)
_POWER: Final = patterns.compile(r"\d[eE]\d", longest=MAX_TEXT)


def read_description(description: str, *, country: str = "") -> tuple[Price, float]:
    """The price that a description states plainly.

    Free for all, a donation, or a sum with a sign beside a word for admission. Other costs in it (a raffle, a
    drink) do not count.
    """
    description = description[:MAX_DESCRIPTION]
    text = _TAG.sub(" ", description)
    if _FREE_EVENT.search(text) and not _MONEY.search(text):
        return FREE, 0.6
    for found in islice(_ADMISSION.finditer(text), MAX_SUMS):
        price, _ = read_text(found.group()[:_MAX_TOLD], country=country)
        if price.type in (PriceType.PAID, PriceType.VARIABLE, PriceType.DONATION) and (
            price.max or price.min
        ):
            return price, 0.6
    if _DONATION_EVENT.search(text) and not _MONEY.search(text):
        return Price(type=PriceType.DONATION), 0.6
    return _lone(_TAG.sub("\n", description), country) or (Price(), 0.0)


def _lone(text: str, country: str) -> tuple[Price, float] | None:
    """The price of a line that consists of a sum.

    It must be the only sum, without a word before it that names another cost.
    """
    found = _LONE.search(text)
    if (
        found is None
        or len(_SUMS.findall(text)) != 1
        or _NO_FEE.search(text[max(0, found.start() - 90) : found.start("sum")])
    ):
        return None
    price, _ = read_text(found["sum"], country=country)
    return (price, 0.5) if price.type is PriceType.PAID and price.max else None


def is_free_by_title(title: str) -> bool:
    """Whether a title says that the event is free: "Open Mic (FREE)", but not "Free Jazz"."""
    return bool(_FREE_TITLE.search(title[:MAX_TEXT]))


def price_of_others(description: str, country: str) -> tuple[Price, float] | None:
    """The price for others where "free" holds only for some: "Members: free, not-yet-members: $15"."""
    description = description[:MAX_DESCRIPTION]
    if not _MONEY.search(description):
        return None
    text = _TAG.sub(" ", description)
    for found in islice(_FREE_FOR_SOME.finditer(text), MAX_SUMS):
        price, sure = read_text(text[found.start() : found.end() + _NEAR][:_MAX_TOLD], country=country)
        if price.type is PriceType.VARIABLE and price.max:
            return price, sure
    return None


def read_price(raw: RawRecord, *, country: str = "") -> tuple[Price, float]:
    """The price of a record and the confidence in it (0 to 1): by its numbers, else by its words."""
    text = raw.price_text[:MAX_TEXT]
    sign = currency_of(raw.price_currency)
    low, high = _decimal(raw.price_min), _decimal(raw.price_max)
    numbers = sorted(number for number in (low, high) if number is not None)
    if numbers and (numbers[-1] > 0 or raw.is_free is not False):
        return _from_numbers(numbers, raw, sign or _sign_in(text), country, only_max=low is None)
    if raw.is_free:
        return Price(
            type=PriceType.FREE, min=Decimal(0), max=Decimal(0), currency=settled(sign, country)
        ), 0.9
    return read_text(text, currency=sign, country=country, is_free=raw.is_free)


def read_text(
    text: str, *, currency: str = "", country: str = "", is_free: bool | None = None
) -> tuple[Price, float]:
    """The price in words: '₹499 onwards', '$10-$20', '10 €', 'Free', 'pay what you want'.

    Without a price: UNKNOWN.
    """
    text = _OFFERS.sub(" ", text)
    if _FREE_WITH_EXTRA.match(text) and is_free is not False:
        return Price(type=PriceType.FREE, min=Decimal(0), max=Decimal(0), currency=currency), 0.8
    amounts, sign = _amounts(text)
    money = settled(currency or sign, country) if amounts or sign or currency else ""
    if _DONATION.search(text):
        return Price(
            type=PriceType.DONATION,
            min=min(amounts, default=None),
            max=max(amounts, default=None),
            currency=money if amounts else "",
        ), 0.8
    if _SLIDING.search(text):
        kind = PriceType.VARIABLE if amounts and min(amounts) > 0 else PriceType.DONATION
        low, high = min(amounts, default=None), max(amounts, default=None)
        return Price(type=kind, min=low, max=high, currency=money if amounts else ""), 0.8
    free = bool(_FREE.search(text)) and is_free is not False
    paid = [amount for amount in amounts if amount > 0]
    if _FREE_FOR_SOME.search(text):
        return Price(
            type=PriceType.VARIABLE,
            min=Decimal(0),
            max=max(paid, default=None),
            currency=money if paid else "",
        ), 0.7
    if paid and (free or 0 in amounts):
        return Price(type=PriceType.VARIABLE, min=Decimal(0), max=max(paid), currency=money), 0.7
    if paid:
        open_end = len(paid) == 1 and bool(_MORE.search(text))
        low = None if len(paid) == 1 and _UP_TO.search(text) else min(paid)
        return Price(type=PriceType.PAID, min=low, max=None if open_end else max(paid), currency=money), 0.8
    if free or (amounts and is_free is not False):
        return Price(type=PriceType.FREE, min=Decimal(0), max=Decimal(0), currency=money), 0.8
    if not _PAID.match(text) and _VARIES.search(text):
        return Price(type=PriceType.VARIABLE), 0.5
    paid_for = is_free is False or _PAID.match(text)
    return (Price(type=PriceType.PAID), 0.6) if paid_for else (Price(), 0.0)


def _from_numbers(
    numbers: list[Decimal], raw: RawRecord, sign: str, country: str, *, only_max: bool
) -> tuple[Price, float]:
    currency = settled(sign, country)
    if numbers[-1] == 0:
        return Price(type=PriceType.FREE, min=Decimal(0), max=Decimal(0), currency=currency), 0.9
    if _DONATION.search(raw.price_text[:MAX_TEXT]):
        return Price(type=PriceType.DONATION, min=numbers[0], max=numbers[-1], currency=currency), 0.9
    if len(numbers) == 1:
        open_end = not only_max and (not raw.price_max and bool(_MORE.search(raw.price_text[:MAX_TEXT])))
        low, high = (None if only_max else numbers[0]), (None if open_end else numbers[0])
        return Price(type=PriceType.PAID, min=low, max=high, currency=currency), 0.95
    kind = PriceType.VARIABLE if numbers[0] == 0 else PriceType.PAID
    return Price(type=kind, min=numbers[0], max=numbers[-1], currency=currency), 0.95


def _amounts(text: str) -> tuple[list[Decimal], str]:
    """The amounts in a text and the first currency sign beside one.

    Where one has a sign, a bare number counts only beside another amount.
    """
    clean = _NOT_PRICES.sub(" ", text)
    found: list[tuple[patterns.Match[str], Decimal, str]] = []
    for match in _AMOUNT.finditer(clean):
        number = _decimal(match["number"])
        if number is not None:
            number = number * 1000 if match["thousand"] else number
            found.append((match, number, currency_of(match["before"] or match["after"] or "")))
    sign = next((one[2] for one in found if one[2]), "")
    if not sign:
        wordy = sum(char.isalpha() for char in text) > MOST_LETTERS
        return ([] if wordy else [number for _, number, _ in found]), ""
    near = [
        bool(_BETWEEN.fullmatch(clean[left.end() : right.start()]))
        for (left, *_), (right, *_) in pairwise(found)
    ]
    beside = [any(near[max(index - 1, 0) : index + 1]) for index in range(len(found))]
    told = zip(found, beside, strict=True)
    # the same price in another currency makes no range with this one
    return [number for (_, number, own), is_near in told if own == sign or (not own and is_near)], sign


def _sign_in(text: str) -> str:
    return _amounts(text)[1] if text else ""


def _decimal(text: str) -> Decimal | None:
    """A number in its usual notations: '1,234.50', '1.234,50', '1 234', '12,5', '₹499'.

    None for anything else and for amounts that are no price.
    """
    digits = _NO_FIGURES.sub("", text[:40]).strip(".,")
    if not digits or text.strip().startswith("-") or _POWER.search(text[:MAX_TEXT]):
        return None
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0 and (
        len(digits) - last - 1 in (1, 2) or (digits.count(digits[last]) == 1 and len(digits) - last - 1 > 3)
    ):
        digits = _MARKS.sub("", digits[:last]) + "." + digits[last + 1 :]
    else:
        digits = _MARKS.sub("", digits)
    try:
        number = Decimal(digits).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return number if number < MOST else None
