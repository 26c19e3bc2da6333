"""`python -m egress.crawl.spider`: crawls the lists of the job on stdin and writes their pages to stdout. The
process supervisor starts it; it is never started by hand.

The walk is one thing after the other, as a polite reader goes; Scrapy brings the throttle, robots.txt,
redirects, cookies and limits.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import FormRequest, Request, Response, TextResponse

from egress.crawl import sandbox as confine
from egress.crawl.messages import Task, packed, send
from egress.crawl.reading import PageView, is_same_site
from egress.crawl.refusals import refusal
from egress.crawl.spider_settings import settings_for
from pipeline import patterns
from pipeline.contract.crawl import Fetched, Login, LoginKind, Pagination

if TYPE_CHECKING:
    from egress.crawl.browsing import BrowserPage

#: What a browser asks for beyond the page's text and scripts, none of which says anything of events.
_UNWANTED = frozenset(
    {"image", "media", "font", "ping", "prefetch", "beacon", "csp_report", "texttrack", "manifest"}
)
_CODES = (
    ("IgnoreRequest", "robots refused"),
    ("DownloadTimeoutError", "timed out"),
    ("TimeoutError", "timed out"),
    ("DownloadCancelledError", "too large"),
)
#: What Playwright says when it is the browser that does not work.
_BROKEN = ("BrowserType.launch", "has been closed", "Target crashed", "Page crashed", "Connection closed")
_SECONDS = patterns.compile(r"\d{1,6}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page as bytes and as a tree, its headers, and whether its list still grew when the bounds were
    reached."""

    page: Fetched
    view: PageView
    headers: dict[str, str]
    grew: bool


class StopError(Exception):
    """The crawl ends here: `code` as in `egress.exceptions`, `detail` for a person."""

    def __init__(
        self, code: str, detail: str, *, url: str = "", status: int = 0, retry_after: float | None = None
    ) -> None:
        super().__init__(detail)
        self.report = {
            "code": code,
            "detail": detail,
            "url": url,
            "status": status,
            "retry_after": retry_after,
        }


class ProxyOnly:
    """Every request of Scrapy, robots.txt and redirects among them, goes to the guarded proxy."""

    def __init__(self, proxy: str) -> None:
        self._proxy = proxy

    @classmethod
    def from_crawler(cls, crawler: Any) -> "ProxyOnly":
        return cls(crawler.settings["GUARDED_PROXY"])

    def process_request(self, request: Request) -> None:
        """Before Scrapy's own middleware for proxies, which obeys."""
        request.meta["proxy"] = self._proxy


def is_unwanted(request: Any) -> bool:
    """Whether the browser shall not load this."""
    return request.resource_type in _UNWANTED


class ListSpider(scrapy.Spider):
    """Walks the lists of one task."""

    name = "lists"

    def __init__(self, task: Task, out: TextIO, **given: Any) -> None:
        super().__init__(**given)
        self.task, self.job, self.out = task, task.job, out
        self._answered = ("", 0)

    async def start(self) -> AsyncIterator[Any]:
        """All of it. Nothing is yielded: each request waits for the one before."""
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
            _refuse(loaded, empty=count == 0)
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
        """The events' own pages. One that fails is missed; a site that refuses or asks to wait ends the
        crawl."""
        for url in view.detail_links(self.job)[: self.job.details]:
            try:
                loaded = await self._load(url, unfold=False)
                _refuse(loaded, empty=loaded.page.status >= 400)
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
            _check(response)
            text = response.text if isinstance(response, TextResponse) else response.body
            return _loaded(url, response, response.body, response.url, PageView(text, response.url))
        browsed, grew = self._browsed(opened), False
        try:
            _check(response)
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
        return _loaded(url, response, content, final, PageView(content, final), grew=grew)

    def _browsed(self, opened: Any) -> "BrowserPage":
        # Playwright takes a third of the start, and plain HTTP needs none of it.
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
        """Remember the last answer to a navigation: Chromium shows an error page of its own for one without a
        body, and Playwright fails."""
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
                raise _unanswered(*self._answered) from error
            names = {kind.__name__ for kind in type(error).__mro__}
            code = next((code for name, code in _CODES if name in names), "connect failed")
            code = "crawl failed" if any(words in str(error) for words in _BROKEN) else code
            detail = "robots.txt forbids this path" if code == "robots refused" else _first_line(error)
            raise StopError(code, detail, url=request.url) from error
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


def _loaded(
    asked: str, response: Response, content: bytes, url: str, view: PageView, *, grew: bool = False
) -> Loaded:
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


def _check(response: Response) -> None:
    """Failures that will pass."""
    asked = _SECONDS.fullmatch((response.headers.get("Retry-After") or b"").decode("latin-1").strip())
    if response.status == 429 or (response.status == 503 and asked):
        seconds = float(asked[0]) if asked else 60.0
        raise StopError(
            "rate limited",
            "the site asks us to wait",
            url=response.url,
            status=response.status,
            retry_after=seconds,
        )


def _refuse(loaded: Loaded, *, empty: bool) -> None:
    """Failures that the page tells of."""
    page = loaded.page
    why = refusal(page.status, loaded.headers, loaded.view.text, empty=empty)
    if why:
        raise StopError(
            "site refused", f"the site wants no robots: {why}", url=page.asked, status=page.status
        )
    if page.status >= 400:
        code = "server failed" if page.status >= 500 else "client refused"
        raise StopError(code, f"the site answered {page.status}", url=page.asked, status=page.status)


def _unanswered(url: str, status: int) -> StopError:
    """An error without a body."""
    why = refusal(status, {}, "", empty=True)
    if why:
        return StopError("site refused", f"the site wants no robots: {why}", url=url, status=status)
    if status in (429, 503):
        return StopError("rate limited", "the site asks us to wait", url=url, status=status, retry_after=60.0)
    return StopError(
        "server failed" if status >= 500 else "client refused",
        f"the site answered {status}",
        url=url,
        status=status,
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    detail = next((line for line in lines if "sandbox" in line.lower()), "")
    return f"{type(error).__name__}: {lines[0]} {detail}".strip()[:400]


def main() -> None:
    """Read the task, give up all other ways out, walk."""
    task = Task.load(sys.stdin.buffer.read())
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no page
    confine.die_with_parent(signal.SIGKILL)
    confine.no_core_dumps()
    confine.allow_only_proxy(task.proxy)
    process = CrawlerProcess({**settings_for(task), "GUARDED_PROXY": task.proxy})
    process.crawl(ListSpider, task=task, out=out)
    process.start()


if __name__ == "__main__":
    main()
