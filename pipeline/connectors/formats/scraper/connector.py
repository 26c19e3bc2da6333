"""The scraper: walks a site's list by its configuration, and reads each page by selectors."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, ClassVar, cast

from lxml import etree

from pipeline.connectors.formats.page.dom import Document, parse
from pipeline.connectors.formats.scraper.config import ScraperConfig
from pipeline.connectors.formats.scraper.job import job_of, login_of
from pipeline.connectors.formats.scraper.listing import Listing, pack, unpack
from pipeline.connectors.formats.scraper.record import from_container, records
from pipeline.connectors.support.platform import Platform
from pipeline.connectors.support.values import settled
from pipeline.contract.connector import FetchParams, Metadata, Page
from pipeline.contract.crawl import CrawlJob, Pages
from pipeline.contract.enums import Coverage, CredentialKind, SourceType, Tier
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http import HttpClient
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.repeats import repeated
from pipeline.selectors import elements


class ScraperConnector(Platform):
    """Reads any list of events that its configuration describes. `read` follows no link: what a walk brought
    lies in the payload."""

    metadata: ClassVar[Metadata] = Metadata(
        name="scraper",
        title="Scraper",
        type=SourceType.SCRAPER,
        tier=Tier.CONFIGURATION,
        allows="What the site's robots.txt and terms allow. A site that refuses robots is recorded as refusing; nothing is done to get around it.",
        quota="The source's own rate; the site's Crawl-delay and slowness make it slower.",
        storage="As the site's terms say.",
        credential=CredentialKind.FORM,
        link="https://www.rfc-editor.org/rfc/rfc9309",
    )
    config_type: ClassVar[type[ScraperConfig]] = ScraperConfig
    config: ScraperConfig

    def check_credentials(self, http: HttpClient) -> None:
        """Sign in and look at the first page. Raises CredentialsMissing, or LoginFailed where the site does
        not let us in."""
        if login_of(self.config, self.credentials) is not None:
            with closing(self._crawl(http, max_pages=1, details=0, scrolls=0)) as pages:
                next(pages, None)

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """The pages of all lists, with the events' own pages as far as `details` goes."""
        with closing(self._crawl(http, details=self.config.details)) as pages:
            for crawled in pages:
                yield self.read(pack(crawled), params)

    def read(self, payload: RawPayload, params: FetchParams) -> Page:
        """The events of one page of the list. Raises SchemaChanged where the first page has none that the
        selectors fit."""
        if not self.config.container:
            raise ConfigInvalid(
                "config.container: missing; give a selector of one event in the list, such as article.event."
            )
        listing = unpack(payload)
        document = parse(listing.page, params.base_url)
        containers = elements(document.root, self.config.container) if document else []
        if not containers and listing.number == 1:
            raise SchemaChanged(
                f"no event in this page fits the selector {self.config.container!r}; look whether the site's markup has changed"
            )
        found = [
            one
            for container in containers
            for one in self._event(container, cast(Document, document), listing, params)
        ]
        if containers and not any(isinstance(one, RawRecord) for one in found):
            missing = ", ".join(sorted({one.reason for one in found if isinstance(one, Dropped)}))
            raise SchemaChanged(
                f"{len(containers)} events in this page, and none can be read ({missing}); look at the selectors of title and date"
            )
        times = [one for made in found for one in self._repeated(made, params)]
        whole = document is not None and document.whole and not listing.cut and params.limit is None
        coverage = Coverage.COMPLETE if self.config.complete and whole else Coverage.PARTIAL
        return Page(payload=payload, records=settled(times)[: params.limit], coverage=coverage, cut=not whole)

    def _event(
        self, container: Any, document: Document, listing: Listing, params: FetchParams
    ) -> list[RawRecord | Dropped]:
        found = from_container(container, document, self.config)
        detail = listing.details.get(found.first("link").split("#")[0])
        return records(
            found,
            self.config,
            params,
            detail,
            etree.tostring(container, encoding="unicode", method="html", with_tail=False),
        )

    def _repeated(self, made: RawRecord | Dropped, params: FetchParams) -> Iterator[RawRecord | Dropped]:
        """What says "every Tuesday, 7 pm" is a series."""
        yield from (
            [made]
            if isinstance(made, Dropped)
            else repeated(made, params, timezone=self.config.timezone or params.timezone)
        )

    def _crawl(self, http: HttpClient, **bounds: int) -> Pages:
        crawl: Callable[[CrawlJob], Pages] | None = getattr(http, "crawl", None)
        if crawl is None:
            raise ConfigInvalid("connector: the scraper needs an HTTP client that can walk lists.")
        return crawl(job_of(self.config, self.credentials, **bounds))
