"""From a run's records to events: read (`reading`), compare with what is held and guard (`guarding`), then
refine, record and settle (`running`)."""

from sources.services.processing.guarding import held_of
from sources.services.processing.probing import probe
from sources.services.processing.reading import MAX_RECORDS
from sources.services.processing.running import REPLAY, SERIES, is_careful, process_pages
from sources.services.processing.tally import Result, Tally

__all__ = [
    "MAX_RECORDS",
    "REPLAY",
    "SERIES",
    "Result",
    "Tally",
    "held_of",
    "is_careful",
    "probe",
    "process_pages",
]
