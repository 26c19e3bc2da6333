"""An operator sends a mail (again) that was not delivered, or of which nobody knows."""

from django.db import transaction

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, require
from mail.enums import DispatchState
from mail.models import Dispatch
from mail.signals import released

#: What an operator can send again. Mails without a name of their sender cannot be: nobody can write them anew.
AGAIN = (DispatchState.UNKNOWN, DispatchState.DEAD, DispatchState.DEFERRED)


def send_again(dispatch: Dispatch, *, by: Actor) -> bool:
    """Let the sender hand the mail over once more. False where it is not lost. Raises PermissionDenied.

    A mail of unknown end may arrive twice then: that is the operator's choice, and recorded.
    """
    require(by, "mail.change_dispatch")
    if dispatch.key.startswith("once:"):
        return False
    with transaction.atomic():
        row = Dispatch.objects.select_for_update().get(pk=dispatch.pk)
        if row.state not in AGAIN:
            return False
        before = DispatchState(row.state)
        Dispatch.objects.filter(pk=row.pk).update(state=DispatchState.DEFERRED, tries=0)
        record_action(by, Action.MAIL_RELEASED, target=target_of(row), before={"state": before})
        key = row.key
        transaction.on_commit(lambda: released.send_robust(sender=Dispatch, key=key))
    return True
