"""Finds the price in lines: the sums with the words beside them, or "free".

The step `price` interprets them.
"""

from collections.abc import Iterable
from typing import Final

from pipeline import patterns
from pipeline.prose.lines import MAX_LENGTH

MAX_PRICE: Final = 200

_SUM: Final = (  # a sign before the number, or after it
    r"(?:(?:[$€£₹₩¥]|\b(?:hk\$|us\$|rs\.?|inr|usd|eur|gbp|chf|hkd)\s?)\s?\d[\d.,]{0,30}(?:k\b)?(?:/-)?"
    r"|(?:(?<![\d:.,/-])\b\d{1,4}(?:[.,]\d{2})?\s?[-–/]\s?)?\b\d[\d.,]{0,30}(?<![.,])(?:/-)?\s?(?:€|euros?\b|eur\b|dollars?\b|rupees\b|chf\b|rs\b\.?|inr\b|kr\b|(?:dk|no|se)k\b|만\s?원|천\s?원|원|円|₩|£|\$)(?![^\W_]|(?<=[€$£₩])\s?\d))"
)
#: A second number without a sign, directly beside ("₹499/799") or apart ("Rs 499 / 799"), and not part of a
#: time.
_BARE: Final = (
    r"(?:\s*[-–/]\s*\d[\d.,]{0,30}(?<![.,])(?![\d:%])(?!\s*(?:[ap]\.?m\b|uhr\b|h\b|noon))"
    r"(?=\s*(?:$|[^\w\s€$£₹]|(?:adv|at the door|door|onwards?|per person|pp|cover|donation|ermäßigt|reduced|concessions?|students?)\b)))"
)
_SUMS: Final = patterns.compile(
    rf"(?:\b(?:from|ab|starting at|nur|only)\s+)?{_SUM}(?:(?:\s*(?:[-–/,|&]|to|bis|or|and|\(?adv[a-z]*+\)?|presale|vvk|ak|door|at the door|onwards"
    rf"|\+)){{1,4}}\s*\(?{_SUM}\)?|{_BARE}){{0,5}}"
    rf"(?:\s*\(?(?:adv(?:ance)?|at the door|door|onwards|onward|per person|pp|suggested donation|donation|ermäßigt|reduced|concessions?|cover)\b\)?){{0,3}}",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
_FREE: Final = patterns.compile(
    r"\b(?:no admission (?:fee|charge)|free (?:entry|admission|entrance|event|show|concert|and open to (?:the public|all|everyone))|(?:entry|admission|entrance"
    r"|event) (?:is )?free|no cover(?: charge)?"
    r"|eintritt (?:ist )?frei|freier eintritt|entrée (?:est )?(?:libre|gratuite)|gratuit|(?:l[’']entrée|la entrada) (?:est|es) (?:libre"
    r"|gratuita?)|participation libre|무료\s?입장|entrada (?:libre|gratuita|gratis)|ingresso (?:libero"
    r"|gratuito)|toegang gratis"
    r"|pay what you (?:can|want)|by donation|suggested donation|auf spendenbasis|prix libre|निःशुल्क|ಉಚಿತ(?: ಪ್ರವೇಶ)?)|(?<=[:|,.–-] )(?:free|gratis"
    r"|gratuito|gratuit)\b(?=\s*(?:$|[.,;|!]))|^(?:free|gratis|gratuit|kostenlos)\b(?=\s*(?:$|[.|!]))"
    r"|entrada livre|entrada franca|entrata libera|gratis toegang|toegang vrij"
    r"|(?<=[ap]m )free(?=[\s!.]*$)|(?-i:(?<= )FREE(?=[\s!.]*$))",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)
#: Sums that are no admission price.
_OTHER: Final = patterns.compile(
    r"\b(?<!incl )(?<!incl\. )(?<!inkl\. )(?<!including )(?<!includes )(?:off|discount|prize|raised?|win|gift|voucher|beers?|drinks?|cocktails?"
    r"|tacos?|wings|shots?|donated|grant|budget|salary|per hour|/hr"
    r"|rent|million|billion|bn|parking|parken|parkhaus|parkplatz|glühwein|bier|getränke?|menü|stand(?:gebühr|geld)|worth|value|prizes"
    r"|(?:per|a|an|pro|par|al?) (?:hour|stunde|tag|heure"
    r"|día|day|month|monat))\b|(?<=\d)\s?€?/(?:h|tag|m|monat|jour|day)\b|/(?:tag|monat|jour|mes|mois|month|week|woche)\b",
    patterns.IGNORECASE,
    longest=MAX_LENGTH,
)


def price_in(lines: Iterable[str]) -> str:
    """The words of the admission price in `lines`, '' where there is none.

    "$10 adv / $15 door", "Eintritt frei".
    """
    free = ""
    for line in lines:
        found = next(
            (
                match
                for match in _SUMS.finditer(line)
                if not _OTHER.search(line[max(0, match.start() - 30) : match.end() + 20])
            ),
            None,
        )
        if found:
            return found.group().strip(" ,|/(")[:MAX_PRICE]
        told = _FREE.search(line)
        free = free or (told.group() if told else "")
    return free
