"""Traces by OpenTelemetry, sent by OTLP over HTTP, if OTEL_EXPORTER_OTLP_ENDPOINT is set.

The id of a request is the id of its trace, so that one id leads through logs, changes, mails and traces. What is sent is
masked as the logs are. The endpoint is the operator's: it is asked directly, not through egress (decisions/0133).
"""

import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from hashlib import blake2b, sha256
from typing import Any, Final

import structlog
from celery.signals import worker_process_shutdown
from django_structlog.celery.signals import bind_extra_task_metadata
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, TraceFlags

from config.logs import mask_mapping, mask_text
from pipeline import tracing
from pipeline.tracing import NOTHING, Span, Value

#: Spans leave together, after so many milliseconds; an answer is waited for so many seconds.
_EVERY, _PATIENCE = 2_000, 5
_HEX: Final = frozenset("0123456789abcdef")
#: A request may have many spans; one has at most so many facts and events, and texts of so many characters.
_LIMITS: Final = SpanLimits(
    max_span_attributes=32, max_events=8, max_links=4, max_span_attribute_length=2_000
)
_random: Final = random.SystemRandom()


def start(endpoint: str, *, headers: Mapping[str, str], share: float, key: str) -> "Tracing":
    """Measure from now on, and send a `share` (0 to 1) of the traces to `endpoint`, such as http://collector:4318.

    `key` keeps visitors from choosing an id that is measured.
    """
    exporter = OTLPSpanExporter(
        endpoint=endpoint.rstrip("/") + "/v1/traces", headers=dict(headers), timeout=_PATIENCE
    )
    found = Tracing(MaskingExporter(exporter), share=share, key=key)
    found.instrument()
    tracing.use(found)
    return found


def trace_id_of(request_id: str) -> int:
    """The id of the trace of a request: its own id where that can be one, else a digest of it."""
    digits = request_id.replace("-", "").lower()
    if len(digits) == 32 and set(digits) <= _HEX and int(digits, 16):
        return int(digits, 16)
    return int.from_bytes(sha256(request_id.encode()).digest()[:16], "big") or 1


class Share(Sampler):
    """Measures a share of the traces. Every process decides the same of one id; visitors cannot know what."""

    def __init__(self, share: float, key: str) -> None:
        self._bound = round(share * 2**64)
        self._key = sha256(key.encode()).digest()

    def takes(self, trace_id: int) -> bool:
        """Whether the trace is measured."""
        drawn = blake2b(trace_id.to_bytes(16, "big"), digest_size=8, key=self._key).digest()
        return int.from_bytes(drawn, "big") < self._bound

    def should_sample(self, parent_context: Context | None, trace_id: int, name: str, kind: Any = None, attributes: Any = None,
                      links: Any = None, trace_state: Any = None) -> SamplingResult:  # fmt: skip
        """As the SDK asks, for the first span of a trace."""
        decision = Decision.RECORD_AND_SAMPLE if self.takes(trace_id) else Decision.DROP
        return SamplingResult(decision, attributes)

    def get_description(self) -> str:
        """Its name, in what is sent."""
        return "Share"


class Ids(IdGenerator):
    """The trace of a request has its id; the id of a first span follows from that of its trace.

    So a frame or a mail, which knows only the request's id, has its place in the trace.
    """

    def __init__(self) -> None:
        self._first = threading.local()

    def generate_trace_id(self) -> int:
        """Of a new trace, whose first span is made next."""
        said = str(structlog.contextvars.get_contextvars().get("request_id", ""))
        found = trace_id_of(said) if said else _random.getrandbits(128) or 1
        self._first.of = found
        return found

    def generate_span_id(self) -> int:
        """Of a new span."""
        first, self._first.of = getattr(self._first, "of", 0), 0
        return first_span_of(first) if first else _random.getrandbits(64) or 1


def first_span_of(trace_id: int) -> int:
    """The id of the first span of a trace."""
    return trace_id & (2**64 - 1) or 1


class MaskingExporter(SpanExporter):
    """Sends spans without secrets and addresses of people."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Mask, and send."""
        return self._exporter.export([_masked(one) for one in spans])

    def shutdown(self) -> None:
        """Send nothing more."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._exporter.force_flush(timeout_millis)


def _masked(span: ReadableSpan) -> ReadableSpan:
    events = [
        Event(one.name, attributes=mask_mapping(one.attributes or {}), timestamp=one.timestamp)
        for one in span.events
    ]
    status = span.status
    return ReadableSpan(
        name=mask_text(span.name), context=span.context, parent=span.parent, resource=span.resource,
        attributes=mask_mapping(span.attributes or {}), events=events, links=span.links, kind=span.kind,
        status=Status(status.status_code, mask_text(status.description) if status.description else None),
        start_time=span.start_time, end_time=span.end_time, instrumentation_scope=span.instrumentation_scope,
    )  # fmt: skip


class _Measured:
    """A span of the SDK, as the packages know one."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, **attributes: Value) -> None:
        self._span.set_attributes(attributes)

    def rename(self, name: str) -> None:
        self._span.update_name(name)


class Tracing:
    """Measures spans, and sends those of a share of the traces by `exporter`."""

    def __init__(self, exporter: SpanExporter, *, share: float, key: str) -> None:
        self._share = Share(share, key)
        self.provider = TracerProvider(
            sampler=ParentBased(root=self._share),
            resource=Resource.create({"service.name": "nocturne"}),
            id_generator=Ids(),
            span_limits=_LIMITS,
        )
        self.provider.add_span_processor(
            BatchSpanProcessor(exporter, schedule_delay_millis=_EVERY, export_timeout_millis=_PATIENCE * 1000)
        )
        self._tracer = self.provider.get_tracer("nocturne")
        self._celery = CeleryInstrumentor()  # type: ignore[no-untyped-call]

    def instrument(self) -> None:
        """Follow tasks: what is queued carries its trace, and the worker goes on with it."""
        self._celery.instrument(tracer_provider=self.provider)
        bind_extra_task_metadata.connect(_name_task, dispatch_uid="config.tracing")
        worker_process_shutdown.connect(self._flush, weak=False)

    def stop(self) -> None:
        """Send what waits, and measure nothing more."""
        tracing.use(None)
        self._celery.uninstrument()
        bind_extra_task_metadata.disconnect(dispatch_uid="config.tracing")
        worker_process_shutdown.disconnect(self._flush)
        self.provider.shutdown()

    @contextmanager
    def span(self, name: str, *, of: str, ago: float, attributes: Mapping[str, Value]) -> Iterator[Span]:
        """As `pipeline.tracing.span`."""
        with self._opened(name, of, ago, attributes) as found:
            yield _Measured(found) if found is not None and found.is_recording() else NOTHING

    def _opened(
        self, name: str, of: str, ago: float, attributes: Mapping[str, Value]
    ) -> AbstractContextManager[trace.Span | None]:
        here = trace.get_current_span().get_span_context()
        context, links = None, []
        if of and (number := trace_id_of(of)) != here.trace_id:
            if not self._share.takes(number):
                return nullcontext()
            context = trace.set_span_in_context(NonRecordingSpan(_first(number)), Context())
            links = [trace.Link(here)] if here.is_valid and here.trace_flags.sampled else []
        elif here.is_valid and not here.trace_flags.sampled:
            return nullcontext()  # nobody will see it
        return self._tracer.start_as_current_span(
            name, context=context, links=links, attributes=dict(attributes),
            kind=SpanKind.SERVER if name == "request" else SpanKind.INTERNAL,
            start_time=time.time_ns() - int(ago * 1e9),
        )  # fmt: skip

    def steps(self, seconds: Mapping[str, float]) -> None:
        """As `pipeline.tracing.steps`."""
        if not trace.get_current_span().is_recording():
            return
        at = time.time_ns() - int(sum(seconds.values()) * 1e9)
        for name, taken in seconds.items():
            one = self._tracer.start_span(f"step {name}", start_time=at)
            at += int(taken * 1e9)
            one.end(end_time=at)

    def trace_id(self) -> str:
        """As `pipeline.tracing.trace_id`."""
        here = trace.get_current_span().get_span_context()
        return f"{here.trace_id:032x}" if here.is_valid else ""

    def _flush(self, **_: Any) -> None:
        """A child of a worker ends without its exit functions."""
        self.provider.force_flush(_PATIENCE * 1000)


def _first(number: int) -> SpanContext:
    return SpanContext(
        number, first_span_of(number), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )


def _name_task(**_: Any) -> None:
    """A task that no request queued gets the id of its trace as the id of its request: its changes and mails carry it."""
    if found := tracing.trace_id():
        bound = structlog.contextvars.get_contextvars()
        if not bound.get("request_id"):
            structlog.contextvars.bind_contextvars(request_id=found)
