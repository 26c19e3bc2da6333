"""Records of insights."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.crypto import keyed_hash


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Who reads: an account where somebody is signed in, else a device by the key in its own cookie ('' for none)."""

    user_id: UUID | None = None
    device_key: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The columns by which a participant is found. Raises ValueError where nobody can be told apart."""
        if self.user_id is not None:
            return {"user_id": self.user_id}
        if not self.device_key:
            raise ValueError("neither an account nor a device's key")
        return {"device_hash": keyed_hash(f"insights\0{self.device_key}")}

    @property
    def is_somebody(self) -> bool:
        """Whether there is an account or a device's key."""
        return self.user_id is not None or bool(self.device_key)
