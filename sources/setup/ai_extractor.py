"""The answers of the language model that an operator turned on: asked while a source is fetched or loaded,
kept, and never asked for twice."""

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


class KeptAnswers:
    """Answers in the database."""

    def recall(self, key: str) -> str | None:
        """The kept answer of that key."""
        return ProseAnswer.objects.filter(pk=key).values_list("answer", flat=True).first()

    def keep(self, key: str, answer: str) -> None:
        """Keep an answer; the first one stays where two runs asked the same."""
        ProseAnswer.objects.get_or_create(pk=key, defaults={"answer": storable(answer)})


def extractor(http: HttpClient | None = None) -> Extractor | None:
    """The extractor that the settings ask for: None stands for the rules. Without a `http` kept answers count
    alone."""
    endpoint = _endpoint()
    return AiExtractor(endpoint, KeptAnswers(), otherwise=Rules(), http=http) if endpoint else None


@contextmanager
def asking() -> Iterator[Extractor | None]:
    """An extractor that asks the endpoint through an HTTP client of its own, for as long as one run fetches; None
    where none is set."""
    if _endpoint() is None:
        yield None
        return
    with open_client(_policy(), name="ai-extractor") as http:
        yield extractor(http)


def ask_ahead(connector: Connector, kept: Iterable[RawPayload], params: FetchParams) -> None:
    """Ask for the prose of payloads, so that its answers are there when they are read; nothing is done where
    no endpoint is set."""
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
    """Delete answers that are older than the payloads that they belong to may be; how many, with `dry` how
    many it would."""
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
    """An API that answers to our key; its own limits, and an answer of bounded length and time."""
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
