"""Keeps the vocabulary (`events.models.vocabulary`) beside the events, from the outbox."""

from events.services.vocabulary.keeping import (
    follow_vocabulary,
    rebuild_vocabulary,
    recount_named,
    recount_performer,
)

__all__ = ["follow_vocabulary", "rebuild_vocabulary", "recount_named", "recount_performer"]
