"""Enumerations of mail."""

from enum import StrEnum


class Stream(StrEnum):
    """Two streams, each with its providers: what a person asked for or must know, and what comes regularly."""

    TRANSACTIONAL = "transactional"
    DIGEST = "digest"


class DispatchState(StrEnum):
    """What became of a mail at the door.

    `handing`: a provider is getting it. `unknown`: nobody knows whether the provider took it. `deferred`: not taken, and
    tried again. `dead`: not taken, and given up. `suppressed`: not tried, since the address gets no such mail.
    `delivered`, `complained` and mostly `bounced` come from the provider's webhook; `bounced`: nobody has the address.
    """

    HANDING = "handing"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    DEFERRED = "deferred"
    DEAD = "dead"
    SUPPRESSED = "suppressed"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


#: States of a mail that a provider has taken, as far as anybody knows to its reader.
TAKEN = frozenset({DispatchState.ACCEPTED, DispatchState.DELIVERED, DispatchState.COMPLAINED})


class SuppressionReason(StrEnum):
    """Why an address gets no mail: none at all after a bounce, no digest after any of the others."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    LEFT = "left"
    ERASED = "erased"


class News(StrEnum):
    """What a provider's webhook tells. `soft`: not delivered, for a reason that may pass. `refused`: the provider does not send it."""

    TAKEN = "taken"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SOFT = "soft"
    REFUSED = "refused"
    COMPLAINED = "complained"
    LEFT = "left"


class FailureKind(StrEnum):
    """What a failed hand-over means.

    `gone`: nobody has the address. `content`: this mail is refused, whoever sends it. `route`: the provider did not take
    it, another one or a later time may. `unsure`: the provider may have taken it.
    """

    GONE = "gone"
    CONTENT = "content"
    ROUTE = "route"
    UNSURE = "unsure"


class Health(StrEnum):
    """How a provider does. `resting`: it gets no mail for a while. `failing`: it did not take the last mail. `idle`: it got none
    within the hour.
    """

    WORKING = "working"
    FAILING = "failing"
    RESTING = "resting"
    IDLE = "idle"
