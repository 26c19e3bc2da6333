"""The quality gates that an operator has set."""

from django.db import models
from django.db.models import Q

from pipeline.contract.enums import GateName
from sources.models.choices import choices


class QualityGate(models.Model):
    """The weight and threshold of one gate, or off.

    A gate without a row has the default of the settings. `overall` has only a threshold.
    """

    name = models.CharField(max_length=20, primary_key=True, choices=choices(GateName))
    weight = models.FloatField(
        default=0, help_text="how much it counts in the whole, against the other gates"
    )
    threshold = models.FloatField(help_text="the score, 0 to 1, from which it is passed")
    enabled = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="quality_gate_name", condition=Q(name__in=[n.value for n in GateName])
            ),
            models.CheckConstraint(name="quality_gate_weight", condition=Q(weight__gte=0)),
            models.CheckConstraint(
                name="quality_gate_threshold", condition=Q(threshold__gte=0, threshold__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.name
