"""The enumerations of the records below: those of events, sources and places that the pipeline needs.

Each app has its own in its `enums`.
"""

from enum import StrEnum


class Status(StrEnum):
    """The status in the API and in a normalized event.

    It joins `Happening` and "sold out" in one word; the gravest wins, in this order.
    """

    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    MOVED_ONLINE = "moved_online"
    SOLD_OUT = "sold_out"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


def gravest(*statuses: Status) -> Status:
    """The gravest status, which readers must see first."""
    return max(statuses, key=list(Status).index)


class Online(StrEnum):
    NO = "no"
    YES = "yes"
    BOTH = "both"


class Setting(StrEnum):
    INDOOR = "indoor"
    OUTDOOR = "outdoor"
    UNKNOWN = "unknown"


class PriceType(StrEnum):
    """How an event is priced. UNKNOWN does not mean free."""

    FREE = "free"
    PAID = "paid"
    DONATION = "donation"
    VARIABLE = "variable"
    UNKNOWN = "unknown"


class OrganizerType(StrEnum):
    BUSINESS = "business"
    INDIVIDUAL = "individual"
    COMMUNITY = "community"
    GOVERNMENT = "government"
    UNKNOWN = ""


class ExtractionMethod(StrEnum):
    STRUCTURED = "structured"
    SELECTOR = "selector"
    TEXT = "text"
    AI = "ai"


class MatchOutcome(StrEnum):
    """What to do with two candidates.

    Merge: they are one event. Ask: a moderator decides. Different: a moderator is asked before they are
    matched again; they are never merged automatically.
    """

    MERGE = "merge"
    ASK = "ask"
    DIFFERENT = "different"


class SourceType(StrEnum):
    API = "api"
    SCRAPER = "scraper"
    RSS = "rss"
    ICAL = "ical"
    WEBHOOK = "webhook"
    PAGE = "page"
    SUBMISSION = "submission"


class Coverage(StrEnum):
    """How much of a source an answer covers.

    Complete: what is absent is gone. Windowed: the same, until `covered_until`. Partial: absence means
    nothing.
    """

    COMPLETE = "complete"
    WINDOWED = "windowed"
    PARTIAL = "partial"


class Tier(StrEnum):
    """How well a connector is proven.

    By recorded answers, by documentation only, or as another one's configuration.
    """

    PROVED = "proved"
    DOCUMENTED = "documented"
    CONFIGURATION = "configuration"


class CredentialKind(StrEnum):
    """The kind of credentials.

    An API key or token, a name and password for Basic authentication, the fields of a form, or OAuth 2 tokens
    that are renewed.
    """

    NONE = ""
    KEY = "key"
    BASIC = "basic"
    FORM = "form"
    OAUTH2 = "oauth2"


class GateName(StrEnum):
    """The five quality gates, and the overall score."""

    COMPLETENESS = "completeness"
    FORMAT = "format"
    BUSINESS_LOGIC = "business_logic"
    GEOGRAPHY = "geography"
    CONTENT = "content"
    OVERALL = "overall"


class PlaceVerdict(StrEnum):
    """Whether two places are the same.

    Yes, a moderator must be asked, or no (they are never merged automatically).
    """

    MERGE = "merge"
    ASK = "ask"
    DIFFERENT = "different"
