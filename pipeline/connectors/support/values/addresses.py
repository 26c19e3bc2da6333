"""Web addresses: of a site, of a page, and without the key that went with a request."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline import patterns
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.raw import RawPayload
from pipeline.text.decoding import http_url

#: Characters of a page that its links are looked for in.
_HEAD: Final = 200_000
_LINK: Final = patterns.compile(r"<link[^<>]*+", longest=_HEAD)
_HREF: Final = patterns.compile(r'href="([^"]{8,500})"', longest=_HEAD)


def without(url: str, *names: str) -> str:
    """A web address without these parameters of its query."""
    parts = urlsplit(url)
    kept = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in names
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))


def kept_without(payload: RawPayload, *names: str) -> RawPayload:
    """A payload whose address does not tell the key that went with the request."""
    return replace(payload, url=without(payload.url, *names))


def address(url: str, otherwise: str) -> str:
    """A configured web address. Raises ConfigInvalid, with the words `otherwise`, where it is none."""
    found = http_url(url)
    if not found:
        raise ConfigInvalid(otherwise)
    return found


def site(url: str) -> str:
    """Scheme and host of a site's address, without a path. Raises ConfigInvalid, naming the field."""
    wanted = "give the address of the site, such as https://events.example.org"
    parts = urlsplit(address(url, f"url: missing or no web address; {wanted}"))
    return f"{parts.scheme}://{parts.netloc}"


def next_address(named: str, here: str) -> str | None:
    """The address that the answer of `here` names as the next one; None where it is no other one on the same
    host."""
    url = http_url(named)
    return url if url and url != here and urlsplit(url).netloc == urlsplit(here).netloc else None


def own_address(html: str, url: str) -> str:
    """Scheme and host of a page: of its address, else of what it names as its canonical address; '' where
    neither is there."""
    for named in (url, *_canonical(html[:_HEAD])):
        if http_url(named):
            return site(named)
    return ""


def _canonical(html: str) -> Iterator[str]:
    """The addresses that a page names as its canonical one."""
    for tag in _LINK.finditer(html):
        yield from _HREF.findall(tag.group().partition('rel="canonical"')[2])[-1:]
