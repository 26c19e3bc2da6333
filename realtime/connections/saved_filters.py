"""The filter of a subscription that names a saved search, loaded for its owner."""

from dataclasses import replace
from typing import Any

from channels.db import database_sync_to_async

from accounts.keys.scopes import Scope
from events.change_filters import not_evaluated
from realtime.connections.identity import person_of
from realtime.connections.uses_of_keys import note_uses
from realtime.exceptions import Code, Refused
from realtime.feed.protocol import Subscribe
from saved_searches.queries import filter_of_person


async def with_saved_search(asked: Subscribe, scope: Any) -> Subscribe:
    """The subscription with the conditions that the saved search has now. One that names none is returned as it is.

    Raises Refused where nobody is signed in, an API key may not read what is its person's, the search is not theirs, or a
    change does not tell enough to compare it; and django.db.Error.
    """
    if asked.saved_search is None:
        return asked
    person = await person_of(scope)
    if person is None:
        raise Refused(Code.FORBIDDEN, "Sign in first: a saved search is its owner's.")
    person.require(Scope.ME_READ)
    await note_uses(person, {Scope.ME_READ})
    wanted = await database_sync_to_async(filter_of_person)(person.user_id, asked.saved_search)
    if wanted is None:
        raise Refused(Code.FILTERS, f"You have no saved search {asked.saved_search}.")
    if others := not_evaluated(wanted):
        raise Refused(
            Code.FILTERS,
            f"The live feed cannot compare {', '.join(others)}. Switch the alert of this search on: what it finds comes on user:me.",
        )
    return replace(asked, wanted=wanted, saved_search=None)
