"""The person whose data is exported, erased or looked for; it outlives the account's row."""

import json
from dataclasses import asdict, dataclass
from typing import Self
from uuid import UUID

from allauth.account.models import EmailAddress

from accounts.crypto import address_hash, normalize_address
from accounts.models import User


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """`addresses` are those that are proved to be theirs, normalized; `name` and `picture` may be ''.

    `unproved` are addresses of the account that nobody confirmed: they may be somebody else's, so that nothing
    outside the account is exported or erased by them. `picture` is the name of a file in the default storage.
    """

    id: UUID
    addresses: tuple[str, ...]
    unproved: tuple[str, ...] = ()
    name: str = ""
    picture: str = ""

    @classmethod
    def of(cls, user: User) -> Self:
        """The person of an account. A login that allauth does not know was set by an operator: it is proved."""
        login, held = normalize_address(user.email), EmailAddress.objects.filter(user=user).order_by("pk")
        known = {normalize_address(each.email): each.verified for each in held}
        known.setdefault(login, True)
        proved = sorted((address for address, ok in known.items() if ok), key=lambda each: each != login)
        return cls(
            id=user.pk,
            addresses=tuple(proved),
            unproved=tuple(address for address, ok in known.items() if not ok),
            name=user.name,
            picture=user.picture.name or "",
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The person that `to_json` wrote."""
        values = json.loads(text)
        tuples = {name: tuple(values[name]) for name in ("addresses", "unproved")}
        return cls(**{**values, **tuples, "id": UUID(values["id"])})

    @property
    def all_addresses(self) -> tuple[str, ...]:
        """All addresses of the account, proved ones first; at least one."""
        return (*self.addresses, *self.unproved)

    @property
    def hashes(self) -> list[str]:
        """The keyed hashes of `addresses`, under which other apps keep what is about them."""
        return [address_hash(address) for address in self.addresses]

    def to_json(self) -> str:
        """The person as text, to be stored encrypted."""
        return json.dumps({**asdict(self), "id": str(self.id)})
