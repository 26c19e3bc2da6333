"""Hears providers: each signs what it posts, or names the secret; anything else is refused."""

import importlib
import warnings
from functools import cache
from typing import Any, Final

import structlog
from anymail.exceptions import AnymailConfigurationError, AnymailWarning, AnymailWebhookValidationFailure
from anymail.signals import tracking
from anymail.webhooks.base import AnymailCoreWebhookView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

log = structlog.get_logger(__name__)

#: A provider batches at most about a thousand events.
_MOST: Final = 5000


@csrf_exempt
@require_http_methods(["POST", "HEAD"])
def news(request: HttpRequest, provider: str) -> HttpResponse:
    """Note what a provider tells. 404 for one that is not known, or whose posts nothing proves.

    Answers 200 when everything is stored; otherwise the provider posts again, and what was stored stays as it is.
    """
    reader = _reader(provider)
    if reader is None:
        raise Http404
    if request.method == "HEAD":  # some try the address so when it is entered
        return HttpResponse()
    reader.setup(request)
    try:
        reader.run_validators(request)
    except AnymailWebhookValidationFailure as error:
        log.warning("mail_news_refused", provider=provider, error=str(error)[:200])
        return HttpResponseForbidden(
            "The signature or the secret is missing or wrong.", content_type="text/plain"
        )
    try:
        events = list(reader.parse_events(request))[:_MOST]
    except (ValueError, LookupError, TypeError, AttributeError, AnymailConfigurationError) as error:
        log.warning("mail_news_unreadable", provider=provider, error=type(error).__name__)
        return HttpResponseBadRequest("These are no events of this provider.", content_type="text/plain")
    for event in events:
        tracking.send(sender=type(reader), event=event, esp_name=reader.esp_name)
    return HttpResponse()


def hears(provider: str) -> bool:
    """Whether the provider's posts can be proved."""
    return _reader(provider) is not None


def _reader(provider: str) -> Any:
    """anymail's view of the provider; None where there is none, or where it would believe anybody."""
    known = _view_of(provider)
    if known is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AnymailWarning)
        try:
            reader = known()
        except (AnymailConfigurationError, ValueError):  # its key is not set, or is none
            return None
    return reader if reader.basic_auth or not reader.warn_if_no_basic_auth else None


@cache
def _view_of(provider: str) -> Any:
    try:
        module = importlib.import_module(f"anymail.webhooks.{provider.replace('-', '_')}")
    except ImportError:
        return None
    found = [
        one
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, AnymailCoreWebhookView)
        and one.__module__ == module.__name__
        and getattr(one, "signal", None) is tracking
    ]
    return found[-1] if found else None
