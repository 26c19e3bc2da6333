"""Answers of the configured language model.

They are requested while a source is fetched or loaded, stored, and never requested twice.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import now as clock

from accounts import secrets
from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.characters import storable
from pipeline.connectors.bounded import read_within
from pipeline.contract.connector import Connector, FetchParams
from pipeline.contract.http import HttpClient, Quota
from pipeline.contract.raw import RawPayload
from pipeline.prose import Extractor, Rules
from pipeline.prose.ai import AiExtractor, Endpoint
from sources.models import ProseAnswer


class StoredAnswers:
    """Stores answers in the database."""

    def recall(self, key: str) -> str | None:
        """The stored answer with that key, or None."""
        return ProseAnswer.objects.filter(pk=key).values_list("answer", flat=True).first()

    def keep(self, key: str, answer: str) -> None:
        """Store an answer. If two runs asked the same, the first answer stays."""
        ProseAnswer.objects.get_or_create(pk=key, defaults={"answer": storable(answer)})


def extractor(http: HttpClient | None = None) -> Extractor | None:
    """The configured extractor; None means the rules. Without `http` it uses only stored answers."""
    endpoint = _endpoint()
    return AiExtractor(endpoint, StoredAnswers(), otherwise=Rules(), http=http) if endpoint else None


@contextmanager
def asking() -> Iterator[Extractor | None]:
    """An extractor that queries the endpoint during one run, with its own HTTP client.

    None if not configured.
    """
    if _endpoint() is None:
        yield None
        return
    with open_client(_policy(), name="ai-extractor") as http:
        yield extractor(http)


def ask_ahead(connector: Connector, kept: Iterable[RawPayload], params: FetchParams) -> None:
    """Request answers for the prose of payloads in advance, so that they exist when it is read.

    Does nothing without a configured endpoint.
    """
    with asking() as reader:
        if reader is None:
            return
        for payload in kept:
            page = read_within(
                connector,
                payload,
                replace(params, extractor=reader),
                seconds=settings.READ_SECONDS_PER_PAYLOAD,
            )
            for _ in page.records:
                pass


def delete_expired_answers(*, now: datetime | None = None, dry: bool = False) -> int:
    """Delete answers older than the retention of payloads. Returns how many; with `dry` it only counts."""
    before = (now or clock()) - timedelta(days=settings.PAYLOAD_RETENTION_DAYS)
    due = ProseAnswer.objects.filter(asked_at__lt=before)
    return due.count() if dry else due.delete()[0]


def _endpoint() -> Endpoint | None:
    if not settings.AI_EXTRACTOR_URL:
        return None
    secrets.remember([settings.AI_EXTRACTOR_KEY])
    return Endpoint(
        url=settings.AI_EXTRACTOR_URL,
        key=settings.AI_EXTRACTOR_KEY,
        model=settings.AI_EXTRACTOR_MODEL,
        most=settings.AI_EXTRACTOR_MOST_PER_RUN,
    )


def _policy() -> RequestPolicy:
    """The policy for an API with our own key: its own limits, and a bounded length and time of an answer."""
    return RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT,
        max_received=1_000_000,
        max_decoded=1_000_000,
        read_timeout=45.0,
        total_timeout=60.0,
        max_redirects=0,
        obey_robots=False,
        quota_key="ai-extractor",
        quotas=(Quota(requests=settings.AI_EXTRACTOR_MOST_PER_DAY, seconds=86_400.0),),
    )
