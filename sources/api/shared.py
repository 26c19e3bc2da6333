"""Shared code of the staff's views: pages of lists, and the form of runs and discoveries."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rights import Actor
from events.api.cursors import Listing
from events.api.filtering import Narrowing
from places.queries.reach import narrowed
from sources.models import Discovery, FetchRun
from sources.serializers import DiscoveryDetail, RunDetail
from sources.triggers.discovery import sums_of

RUN_OR_DISCOVERY = PolymorphicProxySerializer(
    component_name="RunOrDiscovery", serializers=[RunDetail, DiscoveryDetail], resource_type_field_name=None
)
#: The right to see runs and the overview.
LOOK = "sources.view_fetchrun"
#: So many runs of a discovery are shown; /admin/runs?discovery= lists all.
MOST_CHILDREN = 200


def page_of(request: Request, asked: Narrowing, order: Listing, shape: Any) -> Response:
    """One page of a list, with the number of all its rows; each row by `shape`."""
    values, rows = asked.values, asked.qs
    return order.page(request, values, rows, shape, total=rows.count())


def run_facts(run: FetchRun) -> dict[str, Any]:
    """A run as lists show it; its source must be selected."""
    names = (
        "state", "requested_by", "started_at", "finished_at", "seconds", "cancel_requested_at", "params", "progress",
        "coverage", "events_found", "events_processed", "events_approved",
        "new", "changed", "unchanged", "moved", "missing", "merged", "dropped", "error_code", "error_detail", "request_id",
    )  # fmt: skip
    return {
        "id": str(run.id),
        "source": run.source.slug,
        "discovery": run.discovery_id,
        **{name: getattr(run, name) for name in names},
    }


def discovery_facts(discovery_id: UUID, *, by: Actor) -> dict[str, Any]:
    """A discovery with its latest runs and their sums. Raises NotFound, also for who does not work in all cities."""
    job = narrowed(Discovery.objects.filter(pk=discovery_id), by).first()
    if job is None:
        raise NotFound(f"There is no run {discovery_id}.")
    names = ("state", "requested_by", "started_at", "finished_at", "cancel_requested_at")
    children = job.runs.select_related("source").order_by("-started_at", "-id")[:MOST_CHILDREN]
    return {
        "id": str(job.id),
        "kind": "discovery",
        **{name: getattr(job, name) for name in names},
        "plan": {name: value for name, value in job.plan.items() if name != "pending"},
        "sums": sums_of(job),
        "children": [run_facts(run) for run in children],
    }
