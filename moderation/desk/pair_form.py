"""Reads the form in which a moderator says which events, or venues, are one, and what is kept of each."""

from typing import Final
from uuid import UUID

from django.http import QueryDict

from moderation.services.pairing import Pairing

_VALUE: Final = "value-"


def read_pairing(form: QueryDict) -> Pairing:
    """What the form says beside the verdict: `same`, `other`, `stays`, `seen` and `value-FIELD`.

    Raises ValueError for an id or a version that cannot be read.
    """
    named = form.getlist("same") or [form.get("other", "")]
    others = tuple(dict.fromkeys(UUID(name) for name in named[:50] if name))
    seen = (text.partition(":") for text in form.getlist("seen")[:50])
    chosen = {name.removeprefix(_VALUE): str(form[name]) for name in form if name.startswith(_VALUE)}
    stays = form.get("stays") or form.get("other")
    return Pairing(
        others=others,
        survivor=UUID(stays) if stays else None,
        values={name: UUID(value) for name, value in chosen.items() if value},
        seen={UUID(name): int(version) for name, _, version in seen if version},
    )
