"""Renderers on this machine: plain HTTP with the HTTP client or Scrapy, and a browser with scrapy-playwright."""

from collections.abc import Callable

from egress.crawl.reading import PageView
from egress.crawl.refusals import refusal
from egress.exceptions import SiteRefused
from pipeline.contract.crawl import CrawledPage, CrawlJob, Fetched, Pages
from pipeline.contract.http import Response
from pipeline.contract.http_errors import ClientRefused

#: Walks a job in a child process; the second argument is the path of a browser, '' for none.
Walk = Callable[[CrawlJob, str], Pages]


class PlainHttp:
    """Renders what the server sends.

    A job of one page is one conditional request by the HTTP client; Scrapy walks larger ones.
    """

    name = "http"
    runs_scripts = False

    def __init__(self, get: Callable[[str], Response], walk: Walk) -> None:
        self._get, self._walk = get, walk

    def pages(self, job: CrawlJob) -> Pages:
        """The pages. Raises NotModified where the single page is unchanged."""
        if job.is_one_page:
            yield self._one(job)
        else:
            yield from self._walk(job, "")

    def _one(self, job: CrawlJob) -> CrawledPage:
        url = job.urls[0]
        try:
            answer = self._get(url)
        except ClientRefused as error:
            why = refusal(error.status or 0, {}, "", empty=True)
            if why:
                raise SiteRefused(
                    f"the site wants no robots: {why}", url=error.url, status=error.status
                ) from error
            raise
        view = PageView(answer.content, answer.url)
        why = refusal(answer.status, answer.headers, view.text, empty=view.count(job) == 0)
        if why:
            raise SiteRefused(f"the site wants no robots: {why}", url=url, status=answer.status)
        kind = answer.headers.get("content-type", "")
        page = Fetched(
            url=answer.url, asked=url, status=answer.status, content=answer.content, content_type=kind
        )
        return CrawledPage(page=page, number=1, cut=False, renderer=self.name, fetched_at=answer.fetched_at)


class Browser:
    """Chromium, by scrapy-playwright in a child process behind the guarded proxy."""

    name = "browser"
    runs_scripts = True

    def __init__(self, executable: str, walk: Walk) -> None:
        self._executable, self._walk = executable, walk

    def pages(self, job: CrawlJob) -> Pages:
        """The pages."""
        yield from self._walk(job, self._executable)
