"""The door as Django's mail backend, for those who send by Django's own functions: accounts, allauth, Django itself."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from mail.enums import Stream
from mail.exceptions import MailNotSent
from mail.outgoing import send
from mail.records import Result


class DispatchBackend(BaseEmailBackend):
    """Transactional mails, each once and at once."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Returns how many mails went. Raises MailNotSent for the first that did not, unless told to be silent.

        A mail to several goes to each by itself, so that nobody reads the others' addresses.
        """
        count = 0
        for message in email_messages:
            outcomes = [send(one, stream=Stream.TRANSACTIONAL, kind="account") for one in _for_each(message)]
            lost = [outcome for outcome in outcomes if outcome.result is not Result.SENT]
            if lost and not self.fail_silently:
                raise MailNotSent(lost[0].reason)
            count += not lost and bool(outcomes)
        return count


def _for_each(message: EmailMessage) -> list[EmailMessage]:
    if len(message.recipients()) == 1:
        return [message]
    copies = []
    for recipient in message.recipients():
        one = EmailMessage.__new__(type(message))
        one.__dict__.update(message.__dict__)
        one.to, one.cc, one.bcc = [recipient], [], []
        copies.append(one)
    return copies
