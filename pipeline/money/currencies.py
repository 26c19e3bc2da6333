"""Currencies: signs and codes, those of countries, and the meaning of shared signs."""

from types import MappingProxyType
from typing import Final

SIGNS: Final = MappingProxyType(
    {
        "$": "$", "dollar": "$", "dollars": "$", "bucks": "$", "us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD",
        "nz$": "NZD", "hk$": "HKD", "s$": "SGD",
        "mx$": "MXN", "nt$": "TWD", "rp": "IDR", "rm": "MYR", "ksh": "KES", "quid": "GBP",
        "r$": "BRL", "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "pounds": "GBP", "₹": "INR", "rs": "rs", "rs.": "rs", "rupees": "rs",
        "¥": "¥", "￥": "¥", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₫": "VND", "฿": "THB", "₱": "PHP", "zł": "PLN", "sfr.": "CHF",
        "kr": "kr", "kr.": "kr", "kč": "CZK", "ft": "HUF",
    }
)  # fmt: skip
CODES: Final = frozenset(
    """
    USD EUR GBP INR JPY CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH ILS AED SAR QAR ZAR NGN KES EGP BRL MXN ARS CLP COP
    PEN SGD HKD TWD KRW CNY THB VND IDR MYR PHP PKR LKR BDT NPR ISK GEL
    """.split()  # noqa: SIM905
)
#: The currency of a country, for a bare number or a shared sign.
_CURRENCIES: Final = MappingProxyType(
    {
        "US": "USD", "IN": "INR", "GB": "GBP", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "CH": "CHF", "JP": "JPY", "SE": "SEK", "NO": "NOK",
        "DK": "DKK", "PL": "PLN", "CZ": "CZK", "MX": "MXN", "BR": "BRL", "SG": "SGD", "HK": "HKD", "ZA": "ZAR", "AE": "AED",
        "CN": "CNY", "IS": "ISK", "PK": "PKR", "LK": "LKR", "NP": "NPR",
        **dict.fromkeys(["DE", "AT", "FR", "IT", "ES", "PT", "NL", "BE", "IE", "FI", "GR", "LU", "SK", "SI", "EE", "LV", "LT", "MT", "CY", "HR"], "EUR"),
    }
)  # fmt: skip
#: Shared signs: their currencies, and the default where the country has none of them.
_SHARED: Final = MappingProxyType(
    {
        "$": (frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"}), "USD"),
        "kr": (frozenset({"SEK", "NOK", "DKK", "ISK"}), "SEK"),
        "¥": (frozenset({"JPY", "CNY"}), "JPY"),
        "rs": (frozenset({"INR", "PKR", "LKR", "NPR"}), "INR"),
    }
)


def currency_of(sign: str) -> str:
    """The ISO 4217 code of a sign or code; a key of `_SHARED` for a shared sign."""
    sign = sign.strip()
    return sign.upper() if sign.upper() in CODES else SIGNS.get(sign.lower(), "")


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
