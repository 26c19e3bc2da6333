"""Performers who asked not to be listed."""

from django.db import models


class HiddenPerformer(models.Model):
    """A performer without a page, links and suggestions: they asked for it. Events keep the name, as a fact of their organizers.

    `part` is the name in addresses (`pipeline.text.folding.address_part`).
    """

    part = models.CharField(max_length=80, primary_key=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.part
