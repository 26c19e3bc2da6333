"""Thin tasks of moderation."""

from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from moderation import services
from moderation.services import bulk, conversations, label_reports, opting_out
from moderation.services.reports import forget_reporters as forget
from moderation.services.weighing import renew_priorities


@shared_task
def anonymize_evidence() -> int:
    """Remove contacts from the evidence of old reviews. Returns how many reviews."""
    return services.anonymize_evidence(now=now())


@shared_task
def order_queue() -> int:
    """Renew the priorities of open reviews: what starts soon comes nearer. Returns how many moved."""
    return renew_priorities(now=now())


@shared_task
def forget_reporters() -> int:
    """Take who sent them, and their words, from old reports. Returns how many reports."""
    return (
        forget(now=now())
        + opting_out.forget_askers(now=now())
        + conversations.forget_conversations(now=now())
    )


@shared_task
def carry_out_opt_outs() -> int:
    """Remove what owners asked us not to list. Returns how many wishes were carried out."""
    return opting_out.carry_out()


@shared_task
def write_label_report() -> bool:
    """Report on how often facts were right. Returns whether there was anything to report."""
    return label_reports.write_report(now=now()) is not None


@shared_task
def carry_out_bulk(bulk_id: str) -> int:
    """Carry out or undo a bulk decision, part by part. May run twice, also at the same time. Returns how many parts."""
    parts = 0
    while bulk.carry_out(UUID(bulk_id)):
        parts += 1
    return parts


@shared_task
def resume_bulk() -> int:
    """Go on with bulk decisions whose worker or message was lost. Returns how many."""
    waiting = bulk.unfinished(now=now())
    for bulk_id in waiting:
        carry_out_bulk(str(bulk_id))
    return len(waiting)
