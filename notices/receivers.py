"""What notices do when the door of mail settled one of their mails, or is to send it again."""

from typing import Any

from django.dispatch import receiver

from mail.enums import DispatchState
from mail.signals import released, settled
from notices import services


@receiver(settled, dispatch_uid="notices.settle_mail")
def _settled(*, key: str, state: DispatchState, **_: Any) -> None:
    services.settle_mail(key, state)


@receiver(released, dispatch_uid="notices.release_mail")
def _released(*, key: str, **_: Any) -> None:
    services.release_mail(key)
