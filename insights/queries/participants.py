"""Who agreed to the log."""

from insights.models import Participant
from insights.records import Reader


def participant_of(reader: Reader) -> Participant | None:
    """The consent of a person or a device, None where they gave none. One query, or none for nobody."""
    if not reader.is_somebody:
        return None
    return Participant.objects.filter(**reader.columns).first()
