"""Erases a person: asked for in a request, carried out by a task, part by part, until every part is done.

There is no time in which a person could come back: whoever closes an account has just given the password or a
factor, was offered all data as a zip, and would otherwise have to be let in without an account. An account that
nobody can sign in to and that is still kept is what the law calls undue delay (docs/decisions/0056).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from accounts import news
from accounts.actions import Action, record_action, target_of
from accounts.granting import require_over
from accounts.models import Erasure, User
from accounts.privacy.parts.account import erase_sessions
from accounts.privacy.person import Person
from accounts.privacy.registry import holders, parts
from accounts.rights import Actor, is_person, require
from accounts.signals import erasure_asked

log = structlog.get_logger(__name__)

RIGHT: Final = "accounts.erase_user"
#: A process that died loses its claim after this time.
LEASE: Final = timedelta(minutes=15)
#: Holders of copies that do not answer are told again for so long; then the address is needed no more.
TOLD_WITHIN: Final = timedelta(days=3)


def ask_for_erasure(user: User, *, by: Actor) -> Erasure:
    """Close an account at once and have it erased.

    In one transaction:

    1. the wish is stored with what the person was known by, encrypted; a second wish is the same row;
    2. the account is inactive, its tokens and sessions end, the live feed drops it, and the person's own
       clients are told (`account.erased`), so that they can delete their copies;
    3. the log gets an entry.

    After the commit a task carries it out; the clock makes up for a lost one. Raises RightMissing where `by`
    is neither the person nor somebody with the right, or has fewer rights than the account.
    """
    if not (is_person(by) and by.pk == user.pk):
        require(by, RIGHT)
        require_over(by, user)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        person = Person.of(locked)
        erasure, is_new = Erasure.objects.get_or_create(
            person_id=locked.pk, defaults={"person": person.to_json()}
        )
        if is_new:
            record_action(by, Action.ERASED, target=target_of(locked))
            news.account_erased(locked.pk)
            locked.is_active = False
            locked.save(update_fields=["is_active"])
            erase_sessions(person)
        told = {"erasure_id": erasure.pk, "is_new": is_new}
        transaction.on_commit(lambda: erasure_asked.send_robust(sender=Erasure, **told))
    return erasure


def erase_now(user: User, *, by: Actor) -> bool:
    """The same, carried out before it returns. Returns whether everything is done.

    It is claimed before a worker can see it; otherwise the worker would win, and this one would not wait for it.
    """
    moment = now()
    with transaction.atomic():
        pk = ask_for_erasure(user, by=by).pk
        is_claimed = _claim(pk, moment)
    return _finish(pk, moment) if is_claimed else _is_done(pk)


def carry_out(erasure_id: UUID, *, moment: datetime | None = None) -> bool:
    """Erase what is left of one person. Returns whether everything is done; the wish is deleted then.

    May run twice: each part is done in a transaction of its own and noted in it. A part that fails does not
    keep the others from their work, and is tried again. Holders of copies are told last.
    """
    at = moment or now()
    return _finish(erasure_id, at) if _claim(erasure_id, at) else _is_done(erasure_id)


def waiting(*, moment: datetime) -> list[UUID]:
    """Wishes that nobody carries out at the moment, the oldest first."""
    return list(Erasure.objects.filter(_free(moment)).order_by("asked_at").values_list("pk", flat=True))


def _free(at: datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=at)


def _claim(erasure_id: UUID, at: datetime) -> bool:
    return bool(Erasure.objects.filter(_free(at), pk=erasure_id).update(claimed_until=at + LEASE))


def _is_done(erasure_id: UUID) -> bool:
    return not Erasure.objects.filter(pk=erasure_id).exists()


def _finish(erasure_id: UUID, at: datetime) -> bool:
    erasure = Erasure.objects.get(pk=erasure_id)
    person = Person.from_json(erasure.person)
    left = [part for part in parts() if not _erase_part(erasure, part.name, part.erase, person)]
    untold = (
        []
        if left
        else [each for each in holders() if not _tell_holder(erasure, each.name, each.tell, person)]
    )
    if not left and (not untold or erasure.asked_at < at - TOLD_WITHIN):
        erasure.delete()
        log.info("person_erased", untold=[each.name for each in untold])
        return True
    Erasure.objects.filter(pk=erasure_id).update(claimed_until=None)
    return False


def _erase_part(erasure: Erasure, name: str, erase: Callable[[Person], int], person: Person) -> bool:
    if name in erasure.done:
        return True
    try:
        with transaction.atomic():
            count = erase(person)
            erasure.done = [*erasure.done, name]
            erasure.save(update_fields=["done"])
    except Exception:  # the other parts go on; this one is tried again
        erasure.done = [each for each in erasure.done if each != name]
        log.exception("person_not_erased", part=name)
        return False
    log.info("person_erased_from", part=name, changed=count)
    return True


def _tell_holder(erasure: Erasure, name: str, tell: Callable[[Person], None], person: Person) -> bool:
    if name in erasure.told:
        return True
    try:
        tell(person)
    except Exception:  # whatever a receiver of ours does wrong, it is told again
        log.exception("holder_not_told", holder=name)
        return False
    erasure.told = [*erasure.told, name]
    erasure.save(update_fields=["told"])
    return True
