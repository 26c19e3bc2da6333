"""Traces, as a receiver of OTLP on loopback gets them: one id from a request or the clock to the frame and the mail."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from celery import Celery
from celery.contrib.testing.worker import start_worker
from celery.signals import worker_process_init
from django.db import transaction
from django_structlog.celery.steps import DjangoStructLogInitStep
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pytest_httpserver import HTTPServer
from uuid_utils.compat import uuid7

from config import celery, tracing
from config.logs import name_trace
from mail.enums import Stream
from mail.outgoing import send
from outbox.models import Change
from outbox.records import NewChange
from outbox.services import number_changes, record
from pipeline import tracing as spans
from pipeline.contract.raw import RawPayload
from realtime.feed.hub import Hub
from sources.triggers.load import load
from tests.factories import make_area, make_categories, make_source
from tests.factories.moments import NOW
from tests.mail.conftest import letter

REQUEST = "4bf92f3577b34da6a3ce929d0e0e4736"
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
SUMMARY:Moonlit Jazz
DTSTART:20261205T190000Z
DTEND:20261205T210000Z
LOCATION:Blue Room, Indiranagar, Bengaluru
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


class Collector:
    """What a receiver of OTLP got."""

    def __init__(self, server: HTTPServer) -> None:
        self._server = server
        server.expect_request("/v1/traces", method="POST").respond_with_data(b"")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    def spans(self) -> list[Any]:
        """All spans, in the order of their beginning."""
        found = []
        for request, _ in self._server.log:
            body = request.get_data()
            encoding = {"Content-Encoding": request.content_encoding or ""}
            message = ExportTraceServiceRequest.FromString(
                httpx.Response(200, headers=encoding, content=body).content
            )
            found += [
                span
                for resource in message.resource_spans
                for scope in resource.scope_spans
                for span in scope.spans
            ]
        return sorted(found, key=lambda span: span.start_time_unix_nano)

    def headers(self) -> list[Any]:
        return [request.headers for request, _ in self._server.log]


@pytest.fixture
def collector(httpserver: HTTPServer) -> Collector:
    return Collector(httpserver)


@pytest.fixture
def traced(collector: Collector) -> Iterator[Callable[..., tracing.Tracing]]:
    """Starts to measure; stops, and sends what waits, after the test."""
    started = []

    def begin(share: float = 1.0, **headers: str) -> tracing.Tracing:
        started.append(tracing.start(collector.url, headers=headers, share=share, key="k" * 50))
        return started[-1]

    yield begin
    for one in started:
        one.stop()


@pytest.fixture
def requested() -> Iterator[str]:
    structlog.contextvars.bind_contextvars(request_id=REQUEST)
    yield REQUEST
    structlog.contextvars.unbind_contextvars("request_id")


def by_name(found: list[Any]) -> dict[str, Any]:
    return {span.name: span for span in found}


def facts(span: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, str(one.value.WhichOneof("value"))) for one in span.attributes}


@pytest.mark.django_db
def test_a_batch_has_a_span_for_each_step_and_one_for_its_transaction_and_change(
    collector: Collector, traced: Any, requested: str
) -> None:
    make_area()
    make_categories()
    here = traced(authorization="Bearer word")
    with spans.span("request", method="POST"):
        run = load(
            make_source(trust="trusted"),
            [
                RawPayload(
                    url="https://feed.example/", content=CALENDAR.encode(), content_type="text/calendar"
                )
            ],
            now=NOW,
        )
    here.provider.force_flush()
    found = by_name(collector.spans())
    assert run.new == 1
    assert {span.trace_id.hex() for span in found.values()} == {REQUEST}
    names = {span.span_id: span.name for span in found.values()}
    over = {name: names.get(span.parent_span_id, "") for name, span in found.items()}
    assert over["request"] == ""
    assert {over[f"step {name}"] for name in ("extract", "clean", "times", "locate", "score")} == {"batch"}
    assert over["transaction"] == "batch"
    assert {over[f"step {name}"] for name in ("place", "match", "record")} == {"transaction"}
    assert over["change"] == "step record"
    assert facts(found["batch"])["records"] == facts(found["change"])["changes"] == 1
    for name, span in found.items():
        assert span.end_time_unix_nano >= span.start_time_unix_nano, name
        assert name == "request" or span.start_time_unix_nano >= found["request"].start_time_unix_nano
    assert collector.headers()[0]["Authorization"] == "Bearer word"
    assert set(Change.objects.values_list("request_id", flat=True)) == {REQUEST}


async def test_a_frame_is_part_of_the_trace_of_its_change(
    transactional_db: None, collector: Collector, traced: Any
) -> None:
    here, hub = traced(), Hub(poll_seconds=60)
    await hub.start()
    await hub.database.run(_changed, REQUEST)
    await hub.refresh()
    await hub.stop()
    here.provider.force_flush()
    found = [span for span in collector.spans() if span.name == "frame"]
    assert [(span.trace_id.hex(), facts(span)["changes"]) for span in found] == [(REQUEST, 2)]
    # it hangs below the first span of its trace, whoever measured that
    assert found[0].parent_span_id.hex() == REQUEST[16:]


def _changed(request_id: str) -> None:
    structlog.contextvars.bind_contextvars(request_id=request_id)
    with transaction.atomic():
        record(
            NewChange(
                type="event.published",
                object_type="event",
                object_id=uuid7(),
                topics=("events:all",),
                data={},
            )
            for _ in range(2)
        )
    structlog.contextvars.unbind_contextvars("request_id")
    number_changes()


@pytest.mark.django_db
def test_a_mail_is_part_of_the_trace_that_its_header_names(
    collector: Collector, traced: Any, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    here = traced()
    message = letter()
    message.extra_headers["X-Request-ID"] = REQUEST
    with spans.span("run/digests.tasks.send_due_digests"):
        send(message, stream=Stream.TRANSACTIONAL, kind="test", key="tests.tracing:1")
    here.provider.force_flush()
    found = by_name(collector.spans())
    mail = found["mail"]
    assert (mail.trace_id.hex(), facts(mail)["kind"]) == (REQUEST, "test")
    assert [link.trace_id for link in mail.links] == [found["run/digests.tasks.send_due_digests"].trace_id]


def told() -> dict[str, Any]:
    """What a line of the log would have, and what a change would carry."""
    return dict(name_trace(None, "info", dict(structlog.contextvars.get_contextvars())))


@pytest.fixture
def own_app() -> Iterator[Celery]:
    """An application with a broker in memory. A worker makes its application the current one; ours is so again after.

    A solo worker sends the signal of a new child, for which this process would let the kernel end it.
    """
    worker_process_init.disconnect(celery.bound_child)
    yield Celery("traced", broker="memory://", backend="cache+memory://", set_as_current=False)
    celery.app.set_current()
    celery.app.set_default()
    worker_process_init.connect(celery.bound_child)


@pytest.mark.real_clock
def test_a_task_goes_on_with_the_trace_and_one_of_the_clock_has_its_own(
    own_app: Celery, collector: Collector, traced: Any, requested: str
) -> None:
    app = own_app
    app.conf.update(task_serializer="json", worker_hijack_root_logger=False)
    task = app.task(name="tests.tracing.told")(told)
    app.steps["worker"].add(DjangoStructLogInitStep)
    here = traced()
    with start_worker(app, perform_ping_check=False, pool="solo"):
        with spans.span("request"):
            queued = task.delay()
        by_request = queued.get(timeout=20)
        structlog.contextvars.unbind_contextvars("request_id")
        by_clock = task.delay().get(timeout=20)
    here.provider.force_flush()
    assert (by_request["trace_id"], by_request["request_id"]) == (REQUEST, REQUEST)
    assert by_clock["trace_id"] == by_clock["request_id"] != REQUEST
    found = [(span.name, span.trace_id.hex()) for span in collector.spans()]
    for trace in (REQUEST, by_clock["trace_id"]):
        assert ("apply_async/tests.tracing.told", trace) in found
        assert ("run/tests.tracing.told", trace) in found


def test_what_is_sent_is_masked(collector: Collector, traced: Any) -> None:
    here = traced()
    with (
        pytest.raises(ValueError, match="refused"),
        spans.span("fetch", url="https://joe:pw@feed.example/?token=abc"),
    ):
        raise ValueError("the platform refused reader@example.org")
    here.provider.force_flush()
    [span] = collector.spans()
    sent = str(span)
    assert "exception" in sent
    for word in ("joe:pw", "token=abc", "reader@example"):
        assert word not in sent


def test_a_share_is_measured_the_same_one_everywhere_and_nobody_can_choose_it(
    collector: Collector, traced: Any
) -> None:
    ids = [tracing.trace_id_of(f"{number:032x}") for number in range(1, 4001)]
    one, other, foreign = (tracing.Share(0.25, key) for key in ("k", "k", "another"))
    taken = [number for number in ids if one.takes(number)]
    assert 850 < len(taken) < 1150
    assert taken == [number for number in ids if other.takes(number)]
    assert taken != [number for number in ids if foreign.takes(number)]
    here = traced(share=0.0)
    with spans.span("request"), spans.span("batch"):
        spans.steps({"clean": 0.1})
        assert len(spans.trace_id()) == 32  # the logs have it all the same
    here.provider.force_flush()
    assert collector.spans() == []


def test_the_id_of_a_request_is_that_of_its_trace_whatever_a_client_sent() -> None:
    assert f"{tracing.trace_id_of(REQUEST):032x}" == REQUEST
    assert tracing.trace_id_of("4bf92f35-77b3-4da6-a3ce-929d0e0e4736") == int(REQUEST, 16)
    assert tracing.trace_id_of("order-7") == tracing.trace_id_of("order-7") != tracing.trace_id_of("order-8")
    assert tracing.trace_id_of("0" * 32) > 0


def test_without_a_tracer_nothing_is_measured() -> None:
    assert not spans.is_on()
    with spans.span("batch", records=1) as span:
        span.note(more=1)
        span.rename("other")
        spans.steps({"clean": 0.1})
    assert spans.trace_id() == ""
    assert "trace_id" not in name_trace(None, "info", {})


ASKED = """
import json, sys
import django
django.setup()
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
import config.urls, config.celery, structlog

def answer(request, token):
    structlog.get_logger("asked").warning("answered")
    return HttpResponse("ok")

config.urls.urlpatterns.insert(0, path("confirm/<str:token>/", answer))
environ = RequestFactory().get("/confirm/9f8e7d6c5b4a39281706/?key=abc", REMOTE_ADDR="198.51.100.7", HTTP_COOKIE="sessionid=abcdef").environ
seen = {}
WSGIHandler()(environ, lambda status, headers: seen.update(headers))
print(json.dumps([seen["X-Request-ID"], sorted(name for name in sys.modules if name.startswith("opentelemetry") and sys.modules[name])]))
"""


def _asked(tmp_path: Path, **more: str) -> tuple[list[Any], str]:
    mine = {
        name: words for name, words in os.environ.items() if not name.startswith(("NOCTURNE_MODE", "DJANGO_"))
    }
    given = {
        "NOCTURNE_MODE": "local", "DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "false", "ALLOWED_HOSTS": "testserver",
        "NOCTURNE_VAR": str(tmp_path), "LOG_FORMAT": "json",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", ASKED], env=mine | given | more, cwd=Path(__file__).parents[2],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_a_process_with_an_endpoint_tells_of_its_requests_by_pattern(
    collector: Collector, tmp_path: Path
) -> None:
    (request_id, _), log = _asked(
        tmp_path,
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
        OTEL_TRACES_SAMPLER_ARG="1",
        OTEL_EXPORTER_OTLP_HEADERS="x-word=1",
    )
    [span] = collector.spans()
    assert (span.name, span.trace_id.hex()) == ("GET confirm/<str:token>/", request_id)
    assert facts(span) == {"method": "GET", "route": "confirm/<str:token>/", "status": 200}
    for word in ("9f8e7d6c", "key=abc", "198.51.100", "sessionid"):
        assert word not in str(span)
    line = next(json.loads(line) for line in log.splitlines() if '"answered"' in line)
    assert line["trace_id"] == line["request_id"] == request_id
    assert collector.headers()[0]["X-Word"] == "1"


def test_without_an_endpoint_nothing_is_imported(tmp_path: Path) -> None:
    (_, imported), log = _asked(tmp_path)
    assert imported == []
    assert "trace_id" not in log
