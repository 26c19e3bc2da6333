"""From where staff signed in."""

from django.db import models
from uuid_utils.compat import uuid7

from accounts.models.user import User


class StaffNetwork(models.Model):
    """A network from which a member of staff signed in (accounts.sign_in_networks): a keyed hash, no address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="networks")
    network = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "network"], name="staff_network_once")]

    def __str__(self) -> str:
        return f"since {self.first_at:%Y-%m-%d}"
