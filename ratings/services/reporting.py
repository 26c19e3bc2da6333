"""A reader says that words of a rating, or of its answer, should not be there."""

from uuid import UUID

from moderation.enums import ReportKind
from moderation.services import file_reviews
from ratings.enums import RatingState
from ratings.models import Answer, Rating
from ratings.services.asking import filing_of

#: What may be said of words: not what may be said of an event.
KINDS = (ReportKind.SPAM, ReportKind.OFFENSIVE, ReportKind.RIGHTS)
_SAID = {
    ReportKind.SPAM: "spam",
    ReportKind.OFFENSIVE: "offensive, or about a person",
    ReportKind.RIGHTS: "it uses what is a reader's own",
}


def report(rating_id: UUID, kind: ReportKind) -> None:
    """Ask a moderator to look again at words that readers see; they stay until somebody decides. Who reports is not kept.

    Raises Rating.DoesNotExist.
    """
    rating = Rating.objects.select_related("event", "place").get(pk=rating_id, state=RatingState.SHOWN)
    reasons = (f"a reader reports: {_SAID[kind]}",)
    filings = [filing_of(rating, reasons=reasons, priority=20)] if rating.text else []
    shown = Answer.objects.filter(rating=rating, state=RatingState.SHOWN).select_related(
        "rating__event", "rating__place"
    )
    file_reviews([*filings, *(filing_of(row, reasons=reasons, priority=20) for row in shown)])
