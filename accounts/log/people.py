"""People behind the pseudonyms of the log, for whoever may read it."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from accounts.models import User, fold_login
from accounts.user_input import uuid_of
from audit.queries import references_to

_LABEL = User._meta.label_lower


def names(keys: Iterable[str]) -> Mapping[str, str]:
    """The accounts' addresses by their ids."""
    return {str(pk): email for pk, email in User.objects.filter(pk__in=list(keys)).values_list("pk", "email")}


def references(text: str) -> list[str]:
    """The names in the log that `text` means: of the person with this address or id, or `text` itself."""
    found = Q(email__iexact=fold_login(text))
    if key := uuid_of(text):
        found |= Q(pk=key)
    people = User.objects.filter(found).values_list("pk", flat=True)[:10]
    known = references_to(f"{_LABEL}:{pk}" for pk in people)
    return [*known, text, f"{_LABEL}:{text}"]
