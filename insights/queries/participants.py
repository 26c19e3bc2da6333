"""Who agreed to the log, and how much it holds of them."""

from insights.models import InteractionRow, Participant
from insights.records import Reader


def participant_of(reader: Reader) -> Participant | None:
    """The consent of a person or a device, None where they gave none. One query, or none for nobody."""
    if not reader.is_somebody:
        return None
    return Participant.objects.filter(**reader.columns).first()


def kept_of(participant: Participant | None) -> int:
    """How many interactions the log holds of a participant."""
    return 0 if participant is None else InteractionRow.objects.filter(participant=participant).count()
