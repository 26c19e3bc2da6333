"""The city of a run, for its live topic."""

from uuid import UUID

from sources.models import FetchRun


def city_of_run(run_id: str) -> UUID | None:
    """The city of the run's source; None where it has none, or there is no such run."""
    return FetchRun.objects.filter(pk=run_id).values_list("source__city_id", flat=True).first()
