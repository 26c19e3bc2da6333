"""The weekly report on how often the facts of sources were right, by the decisions of half a year."""

from datetime import datetime, timedelta
from typing import Final

from moderation.models import LabelReport
from moderation.services.labelling import labels
from training.decisions import report

PERIOD: Final = timedelta(days=180)
#: So many reports are kept.
KEPT: Final = 52


def write_report(*, now: datetime) -> LabelReport | None:
    """Store the report that the page of rules shows; None, and nothing stored, where there is no label."""
    figures = report(labels(since=now - PERIOD))
    if not figures["labels"]:
        return None
    written = LabelReport.objects.create(made_at=now, figures=figures)
    old = LabelReport.objects.order_by("-made_at").values_list("pk", flat=True)[KEPT:]
    LabelReport.objects.filter(pk__in=list(old)).delete()
    return written
