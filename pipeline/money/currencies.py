"""Currencies: signs and codes, those of countries, and the meaning of shared signs."""

from types import MappingProxyType
from typing import Final

#: Signs beside an amount, folded to small letters. "$", "kr", "¥" and "rs" mean the currencies of several countries.
SIGNS: Final = MappingProxyType(
    {
        "$": "$", "dollar": "$", "dollars": "$", "bucks": "$", "us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD",
        "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "mx$": "MXN", "nt$": "TWD", "r$": "BRL", "peso": "$", "pesos": "$", "rp": "IDR", "rm": "MYR",
        "ksh": "KES", "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "quid": "GBP", "pounds": "GBP", "₹": "INR", "rs": "rs",
        "rs.": "rs", "rupees": "rs", "¥": "¥", "￥": "¥", "円": "JPY", "元": "CNY", "₩": "KRW", "원": "KRW", "₽": "RUB", "₺": "TRY",
        "₫": "VND", "฿": "THB", "₱": "PHP", "₪": "ILS", "₦": "NGN", "₴": "UAH", "zł": "PLN", "sfr.": "CHF", "kr": "kr", "kr.": "kr",
        "dkk": "DKK", "nok": "NOK", "sek": "SEK", "kč": "CZK", "usd": "USD", "eur": "EUR", "gbp": "GBP", "inr": "INR", "chf": "CHF",
        "hkd": "HKD", "aud": "AUD", "nzd": "NZD", "mxn": "MXN",
    }
)  # fmt: skip
#: The countries of each currency: for a bare amount or a shared sign.
_COUNTRIES: Final = """
USD US PR EC SV PA|CAD CA|AUD AU|NZD NZ|GBP GB IM JE GG|INR IN|CHF CH LI|JPY JP|SEK SE|NOK NO|DKK DK GL FO|PLN PL|CZK CZ|MXN MX|BRL BR|SGD SG
HKD HK|ZAR ZA|AED AE|CNY CN|ISK IS|PKR PK|LKR LK|NPR NP|BDT BD|ARS AR|CLP CL|COP CO|PEN PE|UYU UY|TWD TW|KRW KR|THB TH|VND VN|IDR ID|MYR MY
PHP PH|TRY TR|RUB RU|UAH UA|HUF HU|RON RO|RSD RS|ILS IL|SAR SA|QAR QA|NGN NG|KES KE|EGP EG|MAD MA|GHS GH|GEL GE
EUR DE AT FR IT ES PT NL BE IE FI GR LU SK SI EE LV LT MT CY HR BG AD MC SM VA ME XK
"""
_CURRENCIES: Final = MappingProxyType(
    {
        country: line.split()[0]
        for line in _COUNTRIES.replace("|", "\n").split("\n")
        for country in line.split()[1:]
    }
)
CODES: Final = frozenset((*_CURRENCIES.values(), "BGN"))
#: Shared signs: their currencies, and the default where the country has none of them.
_SHARED: Final = MappingProxyType(
    {
        "$": (
            frozenset(["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "UYU", "TWD"]),
            "USD",
        ),
        "kr": (frozenset({"SEK", "NOK", "DKK", "ISK"}), "SEK"),
        "¥": (frozenset({"JPY", "CNY"}), "JPY"),
        "rs": (frozenset({"INR", "PKR", "LKR", "NPR"}), "INR"),
    }
)


def currency_of(sign: str) -> str:
    """The ISO 4217 code of a sign or code; a key of `_SHARED` for a shared sign; '' for anything else."""
    sign = sign.strip()
    return sign.upper() if sign.upper() in CODES else SIGNS.get(sign.lower(), "")


def sign_of(word: str) -> str:
    """As `currency_of`, for a word of running text: in capitals what is a word or a unit too ("room rm", "try", "pen")."""
    word = word.strip()
    if word.endswith("$") and word.lower() not in SIGNS:
        return "$"  # letters of the word before
    capitals = word in CODES or word in ("RM", "Rp")
    return (
        currency_of(word) if capitals or (word.lower() in SIGNS and word.lower() not in ("rm", "rp")) else ""
    )


def settled(sign: str, country: str) -> str:
    """A currency code.

    For a shared sign ("$", "kr") the country's currency if it is one of them, else the commonest; without any
    sign, the country's.
    """
    local = _CURRENCIES.get(country, "")
    if sign in _SHARED:
        sharing, commonest = _SHARED[sign]
        return local if local in sharing else commonest
    return sign or local
