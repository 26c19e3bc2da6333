"""A site's public listing, read by a row of configuration: no code of its own. The rows stand in
`platforms/sites.py`."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from pipeline import patterns
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.formats.scraper import ScraperConfig, ScraperConnector
from pipeline.connectors.support.platform import Platform, fetch_one, is_on
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.exceptions import ConfigInvalid
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import RawPayload


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What is special about one site.

    `config_type`: a dataclass with the setting `place`, which names a city or an area as the site does, and
    `url`, another page in its stead. `home`: the site's root; `address`: the listing's below it, with the
    place in `{}`; `missing`: what to say where neither is given, '' where the place has a default.

    `place_in` finds the place in the path of an address, as its first group, and `pages_in` what other paths
    may be read as they are (None: no other). `safe` are the characters of a place that the address does not
    escape, as of `quote`; `lower_case` says that the site writes its places in lower case.

    `scraper` has the selectors; settings that it has too, such as `max_pages`, go there. Without it the page's
    own event markup is read.
    """

    metadata: Metadata
    config_type: type[Any]
    home: str
    address: str
    place: str
    place_in: patterns.Pattern[str]
    pages_in: patterns.Pattern[str] | None = None
    missing: str = ""
    safe: str = ""
    lower_case: bool = False
    scraper: ScraperConfig | None = None


class SiteConnector(Platform):
    """The connector of a row."""

    row: ClassVar[Site]
    site: ClassVar[str]

    @classmethod
    def config_for(cls, url: str) -> dict[str, Any] | None:
        """The place or page behind an address of the site."""
        row = cls.row
        if not is_on(url, row.metadata.hosts):
            return None
        path = urlsplit(url).path
        if found := row.place_in.match(path):
            return {row.place: found[1]}
        return {"url": url} if row.pages_in and row.pages_in.search(path) else None

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """What the scraper walks, or one conditional request. Raises ConfigInvalid where neither place nor page
        is named."""
        row = self.row
        if row.scraper is not None:
            yield from self._scraper(row.scraper).fetch(params, http)
            return
        if row.missing and not self._place() and not self.config.url:
            raise ConfigInvalid(row.missing)
        yield from fetch_one(self, self._address(), params, http)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """By the row's selectors, else as `page`. Raises SchemaChanged where the page has no event that they
        fit, or no event markup."""
        if self.row.scraper is not None:
            return self._scraper(self.row.scraper).read(payload, params)
        return PageConnector(PageConfig(words=False)).read(payload, params)

    def _scraper(self, selectors: ScraperConfig) -> ScraperConnector:
        own = {one.name: getattr(self.config, one.name) for one in fields(self.config)}
        own.pop(self.row.place)
        return ScraperConnector(replace(selectors, **own | {"url": self._address()}), self.credentials)

    def _place(self) -> str:
        return str(getattr(self.config, self.row.place))

    def _address(self) -> str:
        if self.config.url:
            return str(self.config.url)
        place = self._place().strip().lower() if self.row.lower_case else self._place()
        return self.site + self.row.address.replace("{}", quote(place, safe=self.row.safe))


def connector_of(row: Site) -> type[SiteConnector]:
    """The connector that reads by this row."""
    own = {
        "__doc__": f"Reads the public listings of {row.metadata.title}.",
        "row": row,
        "metadata": row.metadata,
        "config_type": row.config_type,
        "site": row.home,
    }
    return type(f"{row.config_type.__name__.removesuffix('Config')}Connector", (SiteConnector,), own)
