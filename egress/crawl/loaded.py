"""A page that a crawl loaded."""

from dataclasses import dataclass

from scrapy.http import Response

from egress.crawl.reading import PageView
from pipeline.contract.crawl import Fetched


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page as bytes and as a tree, its headers, and whether its list still grew at the limit."""

    page: Fetched
    view: PageView
    headers: dict[str, str]
    grew: bool


def loaded_page(
    asked: str, response: Response, content: bytes, url: str, view: PageView, *, grew: bool = False
) -> Loaded:
    """The page of `response`, asked for as `asked`, as `content` that lies at `url`."""
    headers = {
        name.decode("latin-1").lower(): (response.headers.get(name) or b"").decode("latin-1")
        for name in response.headers
    }
    kind = headers.get("content-type", "") if content is response.body else "text/html; charset=utf-8"
    return Loaded(
        Fetched(url=url, asked=asked, status=response.status, content=content, content_type=kind),
        view,
        headers,
        grew,
    )
