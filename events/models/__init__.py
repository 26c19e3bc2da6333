"""Events and all related models: the data of all pages and feeds."""

from events.models.asked import AskedQuery
from events.models.category import Category
from events.models.counters import EventCounters
from events.models.duplicates import DuplicateMatch
from events.models.event import Event
from events.models.image import NO_COPY, OPTED_OUT, EventImage, RefusedPicture
from events.models.listing import Listing, Proposal
from events.models.organizer import Organizer, OrganizerMerge
from events.models.origin import Origin, Series
from events.models.performer import HiddenPerformer
from events.models.popularity import EventDay, EventDaySource, EventFormerScore, EventTrend
from events.models.search import EventSearch, EventVector
from events.models.team import OrganizerMember, TeamInvitation
from events.models.verification import VerificationChange
from events.models.vocabulary import EventVocabulary, SearchName, SearchSpelling, SearchWord

__all__ = [
    "NO_COPY",
    "OPTED_OUT",
    "AskedQuery",
    "Category",
    "DuplicateMatch",
    "Event",
    "EventCounters",
    "EventDay",
    "EventDaySource",
    "EventFormerScore",
    "EventImage",
    "EventSearch",
    "EventTrend",
    "EventVector",
    "EventVocabulary",
    "HiddenPerformer",
    "Listing",
    "Organizer",
    "OrganizerMember",
    "OrganizerMerge",
    "Origin",
    "Proposal",
    "RefusedPicture",
    "SearchName",
    "SearchSpelling",
    "SearchWord",
    "Series",
    "TeamInvitation",
    "VerificationChange",
]
