"""The interface of all renderers."""

from typing import Protocol

from pipeline.contract.crawl import CrawlJob, Pages


class Renderer(Protocol):
    """Gets the pages of a job. `runs_scripts`: pages that scripts build are complete."""

    name: str
    runs_scripts: bool

    def pages(self, job: CrawlJob) -> Pages:
        """Yield the pages as they arrive.

        Closing the iterator ends the work. Every failure is an EgressError.
        """
        ...
