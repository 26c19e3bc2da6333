"""Errors told to Sentry, where SENTRY_DSN names one: masked as the logs are, without local variables, bodies,
cookies, or who asked."""

from typing import Any, Final

from config.logs import mask_mapping

#: What of a request's headers helps to find a defect.
HEADERS: Final = frozenset(
    {"accept", "content-type", "content-length", "host", "referer", "user-agent", "x-request-id"}
)
#: An event is nested deeper than a log line (exception, stack, frame, lines), and has more in it.
DEEPEST: Final = 16
MOST: Final = 20_000


def start(dsn: str, *, traces: float = 0.0) -> None:
    """Tell errors to the server that `dsn` names, and `traces` (0 to 1) of all requests."""
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
        trace_propagation_targets=[],  # its headers would go to every site that we fetch from
        auto_session_tracking=False,
        enable_metrics=False,
        spotlight=False,
    )


def masked_event(event: Any, _hint: Any) -> Any:
    """What goes out: the event without the visitor and what the visitor sent, every text of the rest as in a
    log line."""
    kept = {name: part for name, part in event.items() if name not in ("user", "request")}
    if event.get("request"):
        kept["request"] = _request(event["request"])
    _drop_locals(kept)
    return mask_mapping(kept, most=MOST, deepest=DEEPEST)


def masked_breadcrumb(breadcrumb: Any, _hint: Any) -> Any:
    """One step on the way to an error, masked."""
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
    """Local variables hold what was just decrypted; none is sent even where a setting of Sentry's own adds
    them."""
    for kind in ("exception", "threads"):
        for one in (event.get(kind) or {}).get("values") or ():
            for frame in (one.get("stacktrace") or {}).get("frames") or ():
                frame.pop("vars", None)
