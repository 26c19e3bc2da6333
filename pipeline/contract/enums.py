"""The closed sets of words that the records below are written in: those of events, of sources and of places that
the pipeline needs. The apps' own are in their `enums`."""

from enum import StrEnum


class Status(StrEnum):
    """What the API and a normalized event say: `Happening` and sold out in one word, the gravest wins."""

    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    MOVED_ONLINE = "moved_online"
    SOLD_OUT = "sold_out"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


class Online(StrEnum):
    NO = "no"
    YES = "yes"
    BOTH = "both"


class Setting(StrEnum):
    INDOOR = "indoor"
    OUTDOOR = "outdoor"
    UNKNOWN = "unknown"


class PriceType(StrEnum):
    """Unknown is not free."""

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
    """Merge: one event; ask: a moderator decides; different: asked before matching again, never merged by a
    machine."""

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
    """What an answer covers. Complete: absence means gone. Windowed: the same until `covered_until`. Partial:
    absence means nothing."""

    COMPLETE = "complete"
    WINDOWED = "windowed"
    PARTIAL = "partial"


class Tier(StrEnum):
    """How far a connector is proved: on recorded answers, built to the documentation only, or another
    connector by configuration."""

    PROVED = "proved"
    DOCUMENTED = "documented"
    CONFIGURATION = "configuration"


class CredentialKind(StrEnum):
    """What opens a platform: an API key or token, a name and password for Basic, a form's fields, or OAuth 2
    tokens that renew."""

    NONE = ""
    KEY = "key"
    BASIC = "basic"
    FORM = "form"
    OAUTH2 = "oauth2"


class GateName(StrEnum):
    """The five quality gates, and the whole."""

    COMPLETENESS = "completeness"
    FORMAT = "format"
    BUSINESS_LOGIC = "business_logic"
    GEOGRAPHY = "geography"
    CONTENT = "content"
    OVERALL = "overall"


class PlaceVerdict(StrEnum):
    """Of two places: one and the same, to be asked, or different (never merged by a machine)."""

    MERGE = "merge"
    ASK = "ask"
    DIFFERENT = "different"
