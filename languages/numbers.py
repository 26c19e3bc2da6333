"""Numbers and amounts of money as the language of the page writes them, by the CLDR (Babel)."""

from decimal import Decimal
from typing import Final

from babel import Locale
from babel.numbers import format_decimal

from languages.codes import DEFAULT
from languages.reading import current_code, current_locale

#: Other currencies are written by their code, which every reader can look up.
_SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥"}


def number_words(number: Decimal | int) -> str:
    """`1,204`, `1 204`, `12,34,567`; two decimals where it is not whole."""
    is_whole = number == int(number)
    if current_code() == DEFAULT:
        return f"{number:,.0f}" if is_whole else f"{number:,.2f}"
    locale = Locale.parse(current_locale())
    pattern = locale.decimal_formats[None].pattern.partition(".")[0] + ("" if is_whole else ".00")
    return format_decimal(number, format=pattern, locale=locale)


def money_words(amount: Decimal, currency: str) -> str:
    """`₹500`, `$12.50`, `CHF 20`, `500 €`; `currency` is ISO 4217, or ''."""
    digits, sign = number_words(amount), _SIGNS.get(currency, "")
    if not currency:
        return digits
    if not _sign_leads():
        return f"{digits}\u00a0{sign or currency}"
    return f"{sign}{digits}" if sign else f"{currency} {digits}"


def _sign_leads() -> bool:
    pattern = Locale.parse(current_locale()).currency_formats["standard"].pattern
    return current_code() == DEFAULT or str(pattern).startswith("¤")
