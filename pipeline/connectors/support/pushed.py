"""Connectors of what is sent to us: they ask nobody."""

from collections.abc import Iterator

from pipeline.connectors.support.platform import Platform
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.http import HttpClient


class Pushed(Platform):
    """Never chosen by detection unless a subclass recognizes its payloads."""

    def fetch(self, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        """Nothing to fetch: what there is was sent."""
        yield from ()
