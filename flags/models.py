"""Typed feature flags: declared here, set by the environment (FLAG_NAME), switched in the admin.

A feature that is off is hidden, not scheduled, and answers 404.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

#: Before the name of a kind of connector in the name of its flag, such as `connector_ticketmaster`.
OF_CONNECTOR: Final = "connector_"


class Flag(StrEnum):
    """All flags. The value is the row's name and, upper-cased with the prefix FLAG_, the variable.

    Beside them each kind of connector has one (`flags.connectors`).
    """

    LIVE_SOURCES = "live_sources"
    LIVE_FEED = "live_feed"
    SUBMISSIONS = "submissions"
    WEBHOOKS = "webhooks"
    DIGESTS = "digests"
    MAIL = "mail"
    OUTGOING_WEBHOOKS = "outgoing_webhooks"
    SEARCH_BY_MEANING = "search_by_meaning"
    RECOMMENDATIONS = "recommendations"
    LEARNT_RECOMMENDATIONS = "learnt_recommendations"
    ANALYTICS = "analytics"
    RATINGS = "ratings"
    GALLERIES = "galleries"
    NOTIFICATIONS = "notifications"
    MAINTENANCE = "maintenance"
    PAYMENTS = "payments"


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """What a flag switches. `by` is whose share a percentage counts; '' where the feature is the same for everybody, and is on as a whole.

    What is not `built` stays off, whatever anybody says.
    """

    about: str
    default: bool = True
    by: str = ""
    is_built: bool = True


FEATURES: Final[dict[Flag, Feature]] = {
    Flag.LIVE_SOURCES: Feature(
        about="Sources are asked, by the clock and by people; pictures and positions are fetched."
    ),
    Flag.LIVE_FEED: Feature(about="The live feed: WebSocket, SSE and /api/v1/changes."),
    Flag.SUBMISSIONS: Feature(about="Anyone can tell of an event."),
    Flag.WEBHOOKS: Feature(about="Publishers push their events."),
    Flag.DIGESTS: Feature(about="The weekly mail: subscriptions, and the sending."),
    Flag.MAIL: Feature(about="Mail leaves the house; off, all of it waits or is refused."),
    Flag.OUTGOING_WEBHOOKS: Feature(about="Changes of events are sent to webhooks of people."),
    Flag.SEARCH_BY_MEANING: Feature(
        about="Search also finds what is alike in meaning; off, by words alone.", by="question"
    ),
    Flag.RECOMMENDATIONS: Feature(
        about="Events for a person on /for-me/ and at /api/v1/me/events.", by="person"
    ),
    Flag.LEARNT_RECOMMENDATIONS: Feature(
        about="Recommendations are learnt from the log of those who agreed to it. Off by default: docs/insights.md says how right they are.",
        default=False,
        by="person",
    ),
    Flag.ANALYTICS: Feature(
        about="Views, shares and clicks of events are counted, without the visitors; figures of them for staff.",
        by="visitor",
    ),
    Flag.RATINGS: Feature(about="People who were there rate events and venues, and their teams answer."),
    Flag.GALLERIES: Feature(about="People give photos to events and venues, which moderators see first."),
    Flag.NOTIFICATIONS: Feature(
        about="People are told of what nobody has to know: alerts of saved searches, and messages of teams to those who come. What belongs to "
        "a registration or an account is always mailed."
    ),
    Flag.MAINTENANCE: Feature(
        about="Reading stays; whoever writes gets 503 and is asked to come back.", default=False
    ),
    Flag.PAYMENTS: Feature(
        about="Paid registration. There is no checkout yet.", default=False, is_built=False
    ),
}


class FlagSwitch(models.Model):
    """An operator's choice for one flag. It overrides the default, and the environment overrides it.

    `percent` of those who could have the feature have it while it is on.
    """

    name = models.CharField(max_length=60, primary_key=True)
    is_on = models.BooleanField()
    percent = models.PositiveSmallIntegerField(default=100, validators=[MaxValueValidator(100)])
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "feature flag"
        constraints = [models.CheckConstraint(name="flag_percent", condition=Q(percent__lte=100))]

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.is_on else 'off'}" + (
            f" for {self.percent} %" if self.is_on and self.percent < 100 else ""
        )
