"""Countries by their names and codes."""

from functools import lru_cache
from importlib import resources

from pipeline.text.folding import fold_name

#: Names of countries in events, beyond the English ones of ISO 3166.
_COUNTRY_NAMES = {
    "usa": "US", "u s a": "US", "u s": "US", "united states of america": "US", "america": "US", "uk": "GB", "united kingdom": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "deutschland": "DE",
    "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "espana": "ES", "italia": "IT", "nederland": "NL",
    "the netherlands": "NL", "belgie": "BE", "belgique": "BE", "brasil": "BR", "bharat": "IN", "sverige": "SE", "norge": "NO",
    "danmark": "DK", "suomi": "FI", "polska": "PL", "turkiye": "TR", "south korea": "KR", "russia": "RU", "czechia": "CZ",
}  # fmt: skip


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Folded English names of ISO 3166 (from the tz database) and their codes."""
    table = dict(_COUNTRY_NAMES)
    lines = (
        resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8").splitlines()
    )
    for code, name in (line.split("\t") for line in lines if line and not line.startswith("#")):
        table.setdefault(fold_name(name), code)
        table.setdefault(code.lower(), code)
    return table


def country_code(text: str) -> str:
    """The ISO 3166 code of a country's name or code ('USA', 'Deutschland', 'in'), '' for an unknown one."""
    return _countries().get(fold_name(text), "")
