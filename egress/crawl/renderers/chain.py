"""The order of the renderers (plain HTTP, the browser, the services), and when to try the next one."""

from collections.abc import Iterator, Sequence
from contextlib import closing

import structlog

from egress.crawl.reading import PageView
from egress.crawl.renderers.base import Renderer
from egress.exceptions import CrawlFailed, MemoryExceeded, NoRenderer
from pipeline.contract.crawl import CrawledPage, CrawlJob, Render
from pipeline.contract.http_errors import EgressError

log = structlog.get_logger(__name__)

#: Errors that another renderer may avoid. A site that refuses one is not tried with the next.
_OURS = (CrawlFailed, MemoryExceeded, NoRenderer)
_REMEDY = "install Chromium (or name it in CHROMIUM_PATH), or set FIRECRAWL_API_KEY or HYPERBROWSER_API_KEY"


def render(job: CrawlJob, renderers: Sequence[Renderer]) -> Iterator[CrawledPage]:
    """The pages of `job` from the first of `renderers` that can render them.

    The next one is tried if plain HTTP finds no events on a first page that scripts seem to build, or if
    another renderer failed before its first page. Raises NoRenderer, with the remedy, if none is left.
    """
    able = [one for one in renderers if _fits(one, job.render)]
    failure: EgressError = NoRenderer(f"the pages need a browser, and there is none: {_REMEDY}")
    for renderer in able:
        pages = renderer.pages(job)
        with closing(pages):
            try:
                first = next(pages, None)
            except _OURS as error:
                log.warning(
                    "egress.renderer_failed", renderer=renderer.name, code=error.code, detail=error.detail
                )
                failure = error
                continue
            if (
                first is not None
                and not renderer.runs_scripts
                and job.render is Render.AUTO
                and _is_empty_frame(first, job)
            ):
                failure = NoRenderer(f"the page is built by scripts: {_REMEDY}", url=first.page.asked)
                continue
            if first is not None:
                yield first
                yield from pages
            return
    raise failure


def _fits(renderer: Renderer, wanted: Render) -> bool:
    return wanted is Render.AUTO or renderer.runs_scripts == (wanted is Render.BROWSER)


def _is_empty_frame(first: CrawledPage, job: CrawlJob) -> bool:
    view = PageView(first.page.content, first.page.url)
    return view.count(job) == 0 and view.is_script_built()
