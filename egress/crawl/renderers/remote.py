"""Common code of rendering services.

Lists are walked page by page, and each address is checked by the guard before a service gets it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from egress.crawl.reading import PageView
from egress.crawl.refusals import refusal
from egress.exceptions import CrawlFailed, NoRenderer, ServerFailed, SiteRefused
from pipeline.contract.crawl import CrawledPage, CrawlJob, Fetched, Pages, Pagination
from pipeline.contract.http_errors import ClientRefused, EgressError

#: Milliseconds that a service waits for scripts.
SCRIPTS = 4_000


class RemoteRenderer(ABC):
    """A service. `allow` raises an EgressError where the guard or robots.txt forbids an address."""

    name = "remote"
    runs_scripts = True

    def __init__(self, allow: Callable[[str], None]) -> None:
        self._allow = allow

    def pages(self, job: CrawlJob) -> Pages:
        """The pages.

        Names and passwords are never given to a service. It cannot scroll and click, so such a list is cut.
        """
        if job.login is not None:
            raise NoRenderer(
                f"{self.name} is given no passwords; a list behind a login needs a browser here: install Chromium"
            )
        for start in job.urls:
            yield from self._walk(job, start)

    @abstractmethod
    def render(self, url: str, job: CrawlJob) -> Fetched:
        """One page from the service."""

    def _walk(self, job: CrawlJob, start: str) -> Iterator[CrawledPage]:
        url, number = job.page_url(start, 1), 1
        while url:
            page = self._page(url, job)
            view = PageView(page.content, page.url)
            count = view.count(job)
            self._check(page, view, empty=count == 0)
            if count == 0 and number > 1:
                return
            url = self._following(job, start, view, number)
            cut = job.pagination in (Pagination.SCROLL, Pagination.CLICK) or (
                number >= job.max_pages and bool(url)
            )
            details = tuple(self._details(job, view))
            yield CrawledPage(
                page=page,
                number=number,
                cut=cut,
                renderer=self.name,
                fetched_at=datetime.now(UTC),
                details=details,
            )
            if number >= job.max_pages:
                return
            number += 1

    def _details(self, job: CrawlJob, view: PageView) -> Iterator[Fetched]:
        for url in view.detail_links(job)[: job.details]:
            page = self._page(url, job)
            if page.status < 400:
                yield page

    def _page(self, url: str, job: CrawlJob) -> Fetched:
        self._allow(url)
        try:
            return self.render(url, job)
        except (SiteRefused, CrawlFailed):
            raise
        except EgressError as error:  # an error of the service, not of the site
            raise CrawlFailed(
                f"{self.name}: {error.detail}", url=url, retry_after=error.retry_after
            ) from error

    @staticmethod
    def _following(job: CrawlJob, start: str, view: PageView, number: int) -> str:
        if job.pagination is Pagination.NUMBERED:
            return job.page_url(start, number + 1)
        return view.next_link(job) if job.pagination is Pagination.NEXT else ""

    @staticmethod
    def _check(page: Fetched, view: PageView, *, empty: bool) -> None:
        why = refusal(page.status, {}, view.text, empty=empty)
        if why:
            raise SiteRefused(f"the site wants no robots: {why}", url=page.asked, status=page.status)
        if page.status >= 400:
            kind = ServerFailed if page.status >= 500 else ClientRefused
            raise kind(f"the site answered {page.status}", url=page.asked, status=page.status)
