"""What a backup says about itself: a JSON object that is written last, so that a backup without one is unfinished."""

import hmac
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Self

from config.backup import keys
from config.backup.errors import BackupError
from config.backup.places import Place

FORMAT: Final = 1
NAME: Final = "manifest.json"
FOLDER: Final = "backups/"
#: A manifest is small; a longer one is none.
_LONGEST: Final = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Stored:
    """An object of a backup, encrypted: its name below the backup's folder, length and SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """`kind` is `dump` (of any PostgreSQL) or `base` (the files of the embedded one, continued by its log).

    `begun` and `ended` are ISO 8601 in UTC: everything that was committed before `begun` is in the backup, nothing after `ended`.
    `postgres` is the server's version as a number, `migrations` are those that were applied, `recipients` are public keys of age, `keys`
    fingerprints by setting. `system` names the cluster and `first_segment` where its log goes on, both '' for a dump.
    """

    id: str
    kind: str
    begun: str
    ended: str
    postgres: int
    migrations: Sequence[str]
    recipients: Sequence[str]
    keys: Mapping[str, Sequence[str]]
    objects: Sequence[Stored]
    system: str = ""
    first_segment: str = ""
    format: int = FORMAT

    @property
    def ended_at(self) -> datetime:
        """When it was complete, aware."""
        return datetime.fromisoformat(self.ended)

    @property
    def bytes(self) -> int:
        """The length of all objects."""
        return sum(each.bytes for each in self.objects)

    def write(self, place: Place) -> None:
        """Store it, sealed."""
        text = json.dumps(asdict(self), sort_keys=True)
        whole = json.dumps({"manifest": asdict(self), "seal": keys.seal(text)}, indent=1, sort_keys=True)
        place.put(f"{FOLDER}{self.id}/{NAME}", io.BytesIO(whole.encode()))

    @classmethod
    def read(cls, place: Place, backup_id: str, *, trust: bool = False) -> Self:
        """The manifest of a backup. Raises BackupError where there is none, or (unless `trust`) its seal is not ours."""
        with place.get(f"{FOLDER}{backup_id}/{NAME}") as content:
            text = content.read(_LONGEST)
        try:
            said = json.loads(text)
            values = said["manifest"]
            found = cls(**{**values, "objects": [Stored(**each) for each in values["objects"]]})
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError(f"The manifest of {backup_id} cannot be read: {error}") from error
        if found.format != FORMAT:
            raise BackupError(f"{backup_id} has format {found.format}, this version reads {FORMAT}")
        if not trust:
            keys.require(found.keys)
            if not hmac.compare_digest(said["seal"], keys.seal(json.dumps(values, sort_keys=True))):
                raise BackupError(
                    f"The manifest of {backup_id} was changed after it was written: its seal is wrong"
                )
        return found


def known(place: Place) -> list[str]:
    """The ids of all finished backups, the oldest first."""
    names = place.sizes(FOLDER)
    return sorted(name.removeprefix(FOLDER).partition("/")[0] for name in names if name.endswith(f"/{NAME}"))
