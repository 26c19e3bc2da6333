"""Addresses by language: English has no prefix, the others have their code as the first segment.

Only the public pages have a language. The API answers in the language of Accept-Language, the staff's pages are in
English, and files have none.
"""

from typing import Final
from urllib.parse import urlsplit

from languages.codes import BY_CODE, DEFAULT, LANGUAGES

#: First segments that exist only without a prefix.
UNPREFIXED: Final = frozenset(
    {
        "admin", "api", "beacon", "developers", "favicon.ico", "go", "healthz", "indexnow.txt", "llms.txt", "mailbox", "manifest.webmanifest", "media",
        "metrics", "oembed", "opensearch", "opensearch.xml", "readyz", "robots.txt", "static", "sw.js",
    }
)  # fmt: skip
_SITEMAPS: Final = "sitemap"


def split_language(path: str) -> tuple[str, str]:
    """The language that `path` names, and the path without it: `/hi/bengaluru/` is `hi`, `/bengaluru/`; '' for none."""
    _, _, rest = path.partition("/")
    first, slash, behind = rest.partition("/")
    return (first, f"/{behind}") if slash and first in BY_CODE else ("", path)


def has_languages(path: str) -> bool:
    """Whether the page at `path` (without a prefix) exists in each language."""
    first = path.lstrip("/").partition("/")[0].partition("?")[0].partition("#")[0]
    return first not in UNPREFIXED and not (first.startswith(_SITEMAPS) and first.endswith(".xml"))


def in_language(address: str, code: str) -> str:
    """The same page in another language. `address` is a path, with or without this site's origin and a prefix.

    Addresses that have no language, and such of other sites without a path, stay.
    """
    parts = urlsplit(address)
    _, path = split_language(parts.path)
    if not path.startswith("/") or not has_languages(path):
        return address
    return parts._replace(path=path if code == DEFAULT else f"/{code}{path}").geturl()


def alternates(address: str) -> list[tuple[str, str]]:
    """The page in all languages, as (code, address)."""
    return [(language.code, in_language(address, language.code)) for language in LANGUAGES]
