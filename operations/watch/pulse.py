"""The outgoing heartbeat: a service elsewhere hears every minute that something here lives, and alerts when it is silent."""

import structlog
from django.conf import settings

from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.contract.http_errors import EgressError

log = structlog.get_logger(__name__)


def send() -> bool:
    """Ask HEARTBEAT_URL, where it is set. False where it was not reached."""
    if not settings.HEARTBEAT_URL:
        return False
    policy = RequestPolicy(
        user_agent=settings.EGRESS_USER_AGENT, obey_robots=False, max_received=65_536, max_decoded=65_536
    )
    try:
        with open_client(policy, name="heartbeat", shared=False) as http:
            http.get(settings.HEARTBEAT_URL)
    except EgressError as error:
        log.warning("heartbeat.not_sent", error=error.detail)
        return False
    return True
