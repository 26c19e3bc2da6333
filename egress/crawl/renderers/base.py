"""The interface of all renderers."""

from typing import Protocol

from pipeline.contract.crawl import CrawlJob, Pages


class Renderer(Protocol):
    """Gives the pages of a job. `runs_scripts` says whether pages that scripts build come out whole."""

    name: str
    runs_scripts: bool

    def pages(self, job: CrawlJob) -> Pages:
        """The pages, as they come; closing the iterator ends the work. Every failure is an EgressError."""
        ...
