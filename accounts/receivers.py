"""What the accounts add to each request."""

from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog.signals import bind_extra_request_metadata

from accounts.addresses import address_of


@receiver(bind_extra_request_metadata, dispatch_uid="accounts.address")
def bind_address(request: HttpRequest, **_: Any) -> None:
    """Logs say whose request it is, by the same rule as limits."""
    structlog.contextvars.bind_contextvars(ip=address_of(request))
