"""Whether this database was prepared with these migrations before.

If so, the web process may start beside the preparation and not after it.
"""

import hashlib
from pathlib import Path

from config import env as environment
from config.embedded.errors import explained
from config.embedded.paths import PROJECT


class Prepared:
    """A note in `var/prepared`: the fingerprint of the last successful start.

    It covers all migrations and the database's address.
    """

    def __init__(self, var: Path, project: Path = PROJECT) -> None:
        self.var, self.path, self.project = var, var / "prepared", project

    def holds(self) -> bool:
        """Whether the web process may answer before the migrations."""
        try:
            return self.path.read_text() == self.fingerprint()
        except OSError:
            return False

    def remember(self) -> None:
        """Note that the preparation succeeded."""
        with explained(self.var):
            self.path.write_text(self.fingerprint())

    def fingerprint(self) -> str:
        """A hash that changes with any migration, and with the database."""
        url = (
            environment.read(self.project).str("DATABASE_URL", default="")
            or f"embedded {(self.var / 'postgres').stat().st_ino}"
        )
        digest = hashlib.sha256(url.encode())
        for path in sorted(self.project.glob("*/migrations/*.py")):
            digest.update(f"{path.parent.parent.name}/{path.name}".encode() + path.read_bytes())
        return digest.hexdigest()
