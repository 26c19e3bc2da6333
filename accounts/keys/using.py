"""What API keys are used for: a scope that a key begins to use late, or after a long rest, is told (docs/decisions/0132)."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F, JSONField, Q, Value
from django.db.models.expressions import CombinedExpression
from django.utils.timezone import now

from accounts.keys.holding import ByKey
from accounts.models import ApiKey
from accounts.signals import key_used_unusually

#: Stands in `ApiKey.uses` for what staff may, which has rights in place of scopes.
RIGHTS: Final = "rights"
#: For so long after its first use a key shows what it is for.
LEARNT: Final = timedelta(days=14)
#: What was not used for so long rests.
RESTED: Final = timedelta(days=90)


def note_use(held: ByKey, scope: str, *, moment: datetime | None = None) -> None:
    """Note the day on which a key used a scope (one query, on the first use of the day), and tell what is unusual, once."""
    today = (moment or now()).date()
    known = held.uses.get(scope)
    if known and known[1] >= today.isoformat():
        return
    days = [known[0] if known else today.isoformat(), today.isoformat()]
    noted = CombinedExpression(F("uses"), "||", Value({scope: days}, JSONField()), output_field=JSONField())
    unnoted = ~Q(uses__has_key=scope) | Q(**{f"uses__{scope}__1__lt": today.isoformat()})
    if not ApiKey.objects.filter(unnoted, pk=held.key_id).update(uses=noted):
        return  # another request was faster, and tells
    rested = _has_rested(held, scope, today)
    if rested or _is_late(held, scope, today):
        key_used_unusually.send_robust(
            sender=ApiKey, user_id=held.user.pk, key_id=held.key_id, scope=scope, rested=rested
        )


def _has_rested(held: ByKey, scope: str, today: date) -> bool:
    """Whether the scope, or a key of which no use is noted, was not used for long."""
    if held.uses:
        return scope in held.uses and today - date.fromisoformat(held.uses[scope][1]) >= RESTED
    return today - held.rests_since.date() >= RESTED


def _is_late(held: ByKey, scope: str, today: date) -> bool:
    """Whether the key begins to use the scope when it has shown long enough what it is for."""
    began = min((date.fromisoformat(first) for first, _ in held.uses.values()), default=today)
    return scope not in held.uses and today - began >= LEARNT
