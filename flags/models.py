"""Typed feature flags: declared here, set by the environment (FLAG_NAME), switched in the admin.

A feature that is off is hidden, not scheduled, and answers 404.
"""

from enum import StrEnum

from django.db import models


class Flag(StrEnum):
    """All flags. The value is the row's name and, upper-cased with the prefix FLAG_, the variable."""

    LIVE_SOURCES = "live_sources"
    LIVE_FEED = "live_feed"
    SUBMISSIONS = "submissions"
    WEBHOOKS = "webhooks"
    DIGESTS = "digests"


#: The defaults. Sources send requests only when someone switches them on.
DEFAULTS: dict[Flag, bool] = {
    Flag.LIVE_SOURCES: True,
    Flag.LIVE_FEED: True,
    Flag.SUBMISSIONS: True,
    Flag.WEBHOOKS: True,
    Flag.DIGESTS: True,
}


class FlagSwitch(models.Model):
    """An operator's choice for one flag. It overrides the default, and the environment overrides it."""

    name = models.CharField(
        max_length=40, primary_key=True, choices=[(flag.value, flag.value) for flag in Flag]
    )
    is_on = models.BooleanField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "feature flag"

    def __str__(self) -> str:
        return f"{self.name}: {'on' if self.is_on else 'off'}"
