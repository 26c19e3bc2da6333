"""`python -m egress.crawl.spider`: crawls the lists of the job on stdin and writes their pages to stdout.

The process supervisor starts it; it is never started by hand. It sends one request at a time; Scrapy provides
the throttle, robots.txt, redirects, cookies and limits.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, TextIO

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import FormRequest, Request, Response, TextResponse

from egress.crawl import sandbox as confine
from egress.crawl.failures import StopError, check_refused, check_waiting, not_loaded, without_body
from egress.crawl.loaded import Loaded, loaded_page
from egress.crawl.messages import Task, packed, send
from egress.crawl.reading import PageView, is_same_site
from egress.crawl.spider_settings import settings_for
from pipeline.contract.crawl import Login, LoginKind, Pagination

if TYPE_CHECKING:
    from egress.crawl.browsing import BrowserPage
#: Resources of a page besides text and scripts, which contain nothing about events.
_UNWANTED = frozenset(
    {"image", "media", "font", "ping", "prefetch", "beacon", "csp_report", "texttrack", "manifest"}
)


class ProxyOnly:
    """Sends every request of Scrapy, also for robots.txt and redirects, to the guarded proxy."""

    def __init__(self, proxy: str) -> None:
        self._proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Any) -> "ProxyOnly":
        return cls(crawler.settings["GUARDED_PROXY"])

    def process_request(self, request: Request) -> None:
        """Set the proxy. Runs before Scrapy's own middleware for proxies, which keeps it."""
        request.meta["proxy"] = self._proxy


def is_unwanted(request: Any) -> bool:
    """Whether the browser must not load this."""
    return request.resource_type in _UNWANTED


class ListSpider(scrapy.Spider):
    """Walks the lists of one task."""

    name = "lists"

    def __init__(self, task: Task, out: TextIO, **given: Any) -> None:
        super().__init__(**given)
        self.task, self.job, self.out = task, task.job, out
        self._answered = ("", 0)

    async def start(self) -> AsyncIterator[Any]:
        """Walk all lists. It yields nothing: each request waits for the one before."""
        try:
            if self.job.login is not None and self.job.login.kind is LoginKind.FORM:
                await self._sign_in(self.job.login)
            for url in self.job.urls:
                await self._walk(url)
            send(self.out, "end")
        except StopError as stop:
            send(self.out, "error", **stop.report)
        except Exception as error:
            self.logger.exception("the walk broke off")
            send(
                self.out,
                "error",
                code="crawl failed",
                detail=f"{type(error).__name__}: {error}"[:500],
                url="",
                status=0,
                retry_after=None,
            )
        return
        yield

    async def _walk(self, start: str) -> None:
        url, number = self.job.page_url(start, 1), 1
        while url:
            loaded = await self._load(url, unfold=True)
            count = loaded.view.count(self.job)
            check_refused(loaded, empty=count == 0)
            if count == 0 and number > 1:
                return
            url = self._following(start, loaded.view, number)
            last = number >= self.job.max_pages or not url
            send(
                self.out,
                "page",
                **packed(loaded.page),
                number=number,
                cut=loaded.grew or (last and bool(url)),
            )
            await self._details(loaded.view)
            send(self.out, "page_end")
            if last:
                return
            number += 1

    def _following(self, start: str, view: PageView, number: int) -> str:
        if self.job.pagination is Pagination.NUMBERED:
            return self.job.page_url(start, number + 1)
        return view.next_link(self.job) if self.job.pagination is Pagination.NEXT else ""

    async def _details(self, view: PageView) -> None:
        """Fetch the events' own pages.

        A failed one is skipped. If the site refuses or asks to wait, the crawl ends.
        """
        for url in view.detail_links(self.job)[: self.job.details]:
            try:
                loaded = await self._load(url, unfold=False)
                check_refused(loaded, empty=loaded.page.status >= 400)
            except StopError as stop:
                if stop.report["code"] in ("site refused", "rate limited"):
                    raise
                send(self.out, "missed", **stop.report)
                continue
            send(self.out, "detail", **packed(loaded.page))

    async def _load(self, url: str, *, unfold: bool) -> Loaded:
        response = await self._download(Request(url, meta=self._meta(), dont_filter=True))
        opened = response.meta.get("playwright_page")
        if opened is None:
            check_waiting(response)
            text = response.text if isinstance(response, TextResponse) else response.body
            return loaded_page(url, response, response.body, response.url, PageView(text, response.url))
        browsed, grew = self._browsed(opened), False
        try:
            check_waiting(response)
            if response.status < 400:
                await browsed.settle(self.job if unfold else None)
                grew = await browsed.unfold(self.job) if unfold else False
            content, final = await browsed.content()
        finally:
            await browsed.close()
        if not is_same_site(final, url):
            raise StopError(
                "client refused", f"the page leads away to another site: {final[:200]}", url=final
            )
        return loaded_page(url, response, content, final, PageView(content, final), grew=grew)

    def _browsed(self, opened: Any) -> "BrowserPage":
        # Playwright takes a third of the start time, and plain HTTP does not need it.
        from egress.crawl.browsing import BrowserPage  # noqa: PLC0415 - costly

        return BrowserPage(opened, self.task)

    def _meta(self) -> dict[str, Any]:
        if not self.task.browser:
            return {}
        return {
            "playwright": True,
            "playwright_include_page": True,
            "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
            "playwright_page_event_handlers": {"response": self._note},
        }

    def _note(self, response: Any) -> None:
        """Store the last answer to a navigation.

        For an answer without a body, Chromium shows an error page of its own, and Playwright fails.
        """
        if response.request.is_navigation_request() and response.frame.parent_frame is None:
            self._answered = (response.url, response.status)

    async def _download(self, request: Request) -> Response:
        try:
            response: Response = await self.crawler.engine.download_async(request)
        except Exception as error:
            opened = request.meta.get("playwright_page")
            if opened is not None:
                await opened.close()
            if "ERR_HTTP_RESPONSE_CODE_FAILURE" in str(error):
                raise without_body(*self._answered) from error
            raise not_loaded(error, request.url) from error
        if not is_same_site(response.url, request.url):
            raise StopError(
                "client refused", f"the address leads to another site: {response.url[:200]}", url=response.url
            )
        return response

    async def _sign_in(self, login: Login) -> None:
        response = await self._download(Request(login.url, meta=self._meta(), dont_filter=True))
        opened = response.meta.get("playwright_page")
        view = (
            await self._send_form(response, login)
            if opened is None
            else await self._fill_form(self._browsed(opened), login)
        )
        password = f"//input[@type='password' or @name='{login.password_field}']"
        if not view.has(login.signed_in) if login.signed_in else view.has(password):
            raise StopError(
                "login failed",
                "the site did not let us in; check the user name, the password and the form's fields",
                url=login.url,
            )

    async def _fill_form(self, browsed: "BrowserPage", login: Login) -> PageView:
        try:
            await browsed.settle(None)
            content, url = await browsed.sign_in(login)
        except ValueError as error:
            raise StopError(
                "login failed",
                "the login page has no such form; check its fields and its button",
                url=login.url,
            ) from error
        finally:
            await browsed.close()
        return PageView(content, url)

    async def _send_form(self, response: Response, login: Login) -> PageView:
        values = {login.username_field: login.username, login.password_field: login.password}
        try:
            if not isinstance(response, TextResponse):
                raise ValueError("no page of text")
            form = FormRequest.from_response(
                response,
                formxpath=f"//form[.//input[@name='{login.password_field}']]",
                formdata=values,
                dont_filter=True,
            )
        except ValueError as error:
            raise StopError(
                "login failed",
                f"no form with an input called {login.password_field!r} at the login page",
                url=login.url,
            ) from error
        if not is_same_site(form.url, login.url):
            raise StopError("login failed", "the form would send the password to another site", url=login.url)
        answer = await self._download(form)
        return PageView(answer.text if isinstance(answer, TextResponse) else answer.body, answer.url)


def main() -> None:
    """Read the task, restrict this process to the proxy, walk."""
    task = Task.load(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library's output is no page
    confine.die_with_parent(signal.SIGKILL)
    confine.no_core_dumps()
    confine.allow_only_proxy(task.proxy)
    process = CrawlerProcess({**settings_for(task), "GUARDED_PROXY": task.proxy})
    process.crawl(ListSpider, task=task, out=out)
    process.start()


if __name__ == "__main__":
    main()
