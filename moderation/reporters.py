"""How much a reader's report weighs, pure: by how often the reader was right before.

The weight is the mean of a Beta posterior over the verdicts on earlier reports. It is never zero: who is often wrong
sinks in the queue, but nobody is silenced.
"""

from dataclasses import dataclass
from typing import Final

#: The prior as (upheld, dismissed), of a network and of an account, whose owner is known to be one person.
NETWORK_PRIOR: Final = (1, 1)
ACCOUNT_PRIOR: Final = (2, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """How many earlier reports of a reader were upheld and dismissed."""

    upheld: int = 0
    dismissed: int = 0
    has_account: bool = False

    @property
    def weight(self) -> float:
        """Between 0 and 1, without both ends: .5 of an unknown network, .67 of an unknown account."""
        right, wrong = ACCOUNT_PRIOR if self.has_account else NETWORK_PRIOR
        return (right + self.upheld) / (right + wrong + self.upheld + self.dismissed)

    @property
    def words(self) -> str:
        """The record as a moderator reads it."""
        judged = self.upheld + self.dismissed
        who = "signed in" if self.has_account else "not signed in"
        return f"{who}, right {self.upheld} of {judged} times" if judged else f"{who}, first report"
