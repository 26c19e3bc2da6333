"""The parts of accounts, of the apps below, and of what is shared: the log, the outbox, Valkey, files."""

from accounts.privacy.parts.account import ACCOUNT
from accounts.privacy.parts.files import FILES
from accounts.privacy.parts.log import LOG
from accounts.privacy.parts.outbox import OUTBOX
from accounts.privacy.parts.valkey import VALKEY
from accounts.privacy.registry import Part

#: Erased in the reverse order, after the apps above: the account before what its end leaves in the others.
PARTS: tuple[Part, ...] = (LOG, VALKEY, FILES, OUTBOX, ACCOUNT)

__all__ = ["PARTS"]
