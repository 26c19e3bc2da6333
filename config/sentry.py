"""Reports errors to Sentry if SENTRY_DSN is set.

They are masked like the logs, without local variables, bodies, cookies and user.
"""

from typing import Any, Final

import structlog

from config.logs import mask_mapping

#: Request headers that help to find a defect.
HEADERS: Final = frozenset(
    {"accept", "content-type", "content-length", "host", "referer", "user-agent", "x-request-id"}
)
#: An event is nested deeper than a log line (exception, stack, frame, lines), and has more values.
DEEPEST: Final = 16
MOST: Final = 20_000


def start(dsn: str, *, traces: float = 0.0) -> None:
    """Report errors to the server of `dsn`, and traces of a share of requests, `traces` (0 to 1)."""
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn,
        traces_sample_rate=traces,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=masked_event,
        before_send_transaction=masked_event,
        before_breadcrumb=masked_breadcrumb,
        trace_propagation_targets=[],  # else its headers would go to every site that we fetch from
        auto_session_tracking=False,
        enable_metrics=False,
        spotlight=False,
    )


def masked_event(event: Any, _hint: Any) -> Any:
    """The event as it is sent.

    Without the visitor and the visitor's data, all other text masked as in the logs. The tag `request_id` leads to the lines
    of the log, and to the trace.
    """
    kept = {name: part for name, part in event.items() if name not in ("user", "request")}
    if event.get("request"):
        kept["request"] = _request(event["request"])
    _drop_locals(kept)
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        kept["tags"] = {**(kept.get("tags") or {}), "request_id": str(request_id)}
    return mask_mapping(kept, most=MOST, deepest=DEEPEST)


def masked_breadcrumb(breadcrumb: Any, _hint: Any) -> Any:
    """One breadcrumb (a step before the error), masked."""
    return mask_mapping(breadcrumb, deepest=DEEPEST)


def _request(request: dict[str, Any]) -> dict[str, Any]:
    headers = {
        name: words for name, words in (request.get("headers") or {}).items() if name.lower() in HEADERS
    }
    return {
        "headers": headers,
        **{name: request[name] for name in ("method", "url", "query_string") if name in request},
    }


def _drop_locals(event: dict[str, Any]) -> None:
    """Remove local variables, which contain decrypted values, even if a setting of Sentry's adds them."""
    for kind in ("exception", "threads"):
        for one in (event.get(kind) or {}).get("values") or ():
            for frame in (one.get("stacktrace") or {}).get("frames") or ():
                frame.pop("vars", None)
