"""Submissions followed by a signed link: messages both ways, and one appeal that another moderator judges."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now as clock
from django.utils.translation import get_language, gettext, override

from accounts.actions import Action, record_action, target_of
from accounts.crypto import address_hash, keyed_hash
from accounts.rights import Actor, is_person, person_of, require
from accounts.user_input import line
from events.enums import Publication
from events.models import Event, Listing
from languages.addresses import in_language
from languages.reading import current_code
from mail import outgoing
from mail.enums import Stream
from moderation.enums import ReviewKind, Verdict
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Conversation, Decision, Message, Review, SubmittedEvent
from moderation.services import submitters
from moderation.services.judging import Filing, file_reviews
from places.queries.reach import require_city

#: The right to answer submitters.
JUDGE: Final = "moderation.change_review"
LONGEST: Final = 1000
#: So many messages a submission may have, of both sides together.
MOST_MESSAGES: Final = 40
#: How a submission's listing is called by its connector.
_LISTED_AS: Final = "submission:"


def token_of(run_id: UUID) -> str:
    """The token of a submission's link: its id and a signature, derived and never stored. 64 hex digits."""
    return run_id.hex + keyed_hash(f"follow submission {run_id.hex}")[:32]


def run_of(token: str) -> UUID | None:
    """The submission of a token; None where the signature is not ours."""
    try:
        run_id = UUID(token[:32])
    except ValueError:
        return None
    return run_id if constant_time_compare(token_of(run_id), token) else None


def follow(run_id: UUID, *, address: str = "") -> str:
    """Open the conversation about a submission, and mail the link where an address was given. Returns the token."""
    values = {
        "address": address,
        "address_hash": address_hash(address) if address else "",
        "language": get_language() or settings.LANGUAGE_CODE,
    }
    Conversation.objects.get_or_create(run_id=run_id, defaults=values)
    token = token_of(run_id)
    if address:
        _mail(
            address,
            gettext("Follow your event"),
            f"{gettext('Here you see what becomes of the event that you sent in:')}\n{link_of(token)}\n\n"
            f"{gettext('Whoever has this link can write there for you.')}\n\n"
            f"{gettext('If it was you, confirm your address. Events that turn out right then count for you:')}\n"
            f"{link_of(token)}?address={_proof(run_id, address_hash(address))}",
        )
    return token


def proves(conversation: Conversation, proof: str) -> bool:
    """Whether the text is the one that was mailed to the address of the submission, and to nobody else."""
    is_ours = constant_time_compare(proof, _proof(conversation.pk, conversation.address_hash))
    return bool(conversation.address_hash) and is_ours


def is_confirmed(conversation: Conversation) -> bool:
    """Whether the submitter is known for certain, by a session or a confirmed address (one query)."""
    return SubmittedEvent.objects.filter(run_id=conversation.pk, is_known=True).exists()


def confirm_address(conversation: Conversation, proof: str, *, now: datetime | None = None) -> None:
    """Keep that whoever sent it in reads the mail of the address: verdicts on the event count for them from now on.

    Raises ModerationError where the link is another one, or nothing was read yet.
    """
    if not proves(conversation, proof):
        raise ModerationError(gettext("This is not the link of the mail. Open the one that was sent to you."))
    listing = listing_of(conversation.pk)
    if listing is None:
        raise ModerationError(gettext("Your event is still being read. Try again in a minute."))
    with transaction.atomic():
        if not is_confirmed(conversation):
            whose = submitters.of_confirmed(conversation.address)
            submitters.note(
                conversation.pk,
                source_id=listing.origin_id,
                submitter=whose,
                is_known=True,
                now=now or clock(),
            )
            submitters.bind(conversation.pk, listing.event_id)


def _proof(run_id: UUID, hashed_address: str) -> str:
    """What only the mail to the address says, derived and never stored. 32 hex digits."""
    return keyed_hash(f"address of submission {run_id.hex} {hashed_address}")[:32]


def link_of(token: str) -> str:
    """The absolute address of the page behind the link."""
    return in_language(f"{settings.SITE_URL}/submit/{token}/", current_code())


def listing_of(run_id: UUID) -> Listing | None:
    """What became of a submission: its listing with the event; None before it was read."""
    return Listing.objects.select_related("event__city").filter(external_id=f"{_LISTED_AS}{run_id}").first()


def has_expired(conversation: Conversation, event: Event | None, *, now: datetime) -> bool:
    """Whether the link is over: FOLLOW_DAYS after the event ended, or after it was sent in without becoming one."""
    ends = event.end_date if event else conversation.created_at.date()
    return now.date() > ends + timedelta(days=settings.FOLLOW_DAYS)


def write(conversation: Conversation, text: str, *, now: datetime | None = None) -> Message:
    """Keep a message of the submitter, who is whoever has the link. Raises ModerationError, InputRefused."""
    return _add(conversation, text, by=None, now=now or clock())


def reply(run_id: UUID, text: str, *, by: Actor, now: datetime | None = None) -> Message:
    """Keep a moderator's message, and mail the submitter that there is one.

    Raises RightMissing, Conversation.DoesNotExist, ModerationError, InputRefused.
    """
    require(by, JUDGE)
    with transaction.atomic():
        conversation = Conversation.objects.get(pk=run_id)
        listing = listing_of(run_id)
        require_city(by, listing.event.city_id if listing else None)
        message = _add(conversation, text, by=by, now=now or clock())
        record_action(by, Action.SUBMITTER_ANSWERED, target=target_of(conversation))
    if conversation.address:
        with override(conversation.language):
            _mail(
                conversation.address,
                gettext("An answer about your event"),
                f"{gettext('A moderator wrote to you:')}\n{link_of(token_of(run_id))}",
            )
    return message


def _add(conversation: Conversation, text: str, *, by: Actor | None, now: datetime) -> Message:
    words = line("message", text, most=LONGEST)
    if not words:
        raise ModerationError(gettext("The message is empty. Write something."))
    with transaction.atomic():
        Conversation.objects.select_for_update().get(pk=conversation.pk)
        if conversation.messages.count() >= MOST_MESSAGES:
            raise ModerationError(gettext("This conversation is full."))
        return Message.objects.create(
            conversation=conversation, text=words, is_ours=by is not None, by=person_of(by) if by else None, at=now
        )  # fmt: skip


def rejection_of(event_id: UUID) -> Decision | None:
    """The decision by which an event is rejected, if it is the last on it."""
    last = (
        Decision.objects.filter(object_id=event_id)
        .exclude(verdict=Verdict.UNDO)
        .order_by("-at", "-pk")
        .first()
    )
    return last if last is not None and last.verdict == Verdict.REJECT else None


def may_appeal(conversation: Conversation, event: Event | None) -> bool:
    """Whether the one appeal is open: the event is rejected, and there was none yet."""
    return (
        event is not None and event.publication == Publication.REJECTED and conversation.appealed_at is None
    )


def appeal(conversation: Conversation, text: str, *, now: datetime | None = None) -> None:
    """File the one appeal against a rejection. Raises Conflict, ModerationError, InputRefused."""
    words, moment = line("appeal", text, most=LONGEST), now or clock()
    if not words:
        raise ModerationError(gettext("Say why it should be listed."))
    with transaction.atomic():
        held = Conversation.objects.select_for_update().get(pk=conversation.pk)
        listing = listing_of(held.pk)
        if listing is None or not may_appeal(held, listing.event):
            raise Conflict(
                gettext(
                    "There is one appeal, against a rejection. It was made already, or nothing is rejected."
                )
            )
        held.appeal, held.appealed_at = words, moment
        held.save(update_fields=["appeal", "appealed_at"])
        event = listing.event
        file_reviews([
            Filing(
                kind=ReviewKind.APPEAL, object_id=event.pk, title=event.title, city_id=event.city_id, starts_at=event.start_at,
                reasons=("its submitter appeals against the rejection",), priority=20,
                evidence={"facts": listing.facts, "source_name": "a submission", "appeal": words, "conversation": str(held.pk)},
            )
        ])  # fmt: skip


def check_judge(review: Review, *, by: Actor) -> None:
    """Raise Conflict where the person who rejected the event would judge the appeal against it."""
    if review.kind != ReviewKind.APPEAL or not is_person(by):
        return
    rejection = rejection_of(review.object_id)
    if rejection is not None and rejection.by_id == by.pk:
        raise Conflict("You rejected this event, so another moderator judges the appeal.")


def forget_conversations(*, now: datetime) -> int:
    """Delete conversations whose links are over. Returns how many."""
    old = Conversation.objects.filter(created_at__lt=now - timedelta(days=settings.FOLLOW_DAYS))
    count = 0
    for conversation in old.iterator():
        listing = listing_of(conversation.pk)
        if has_expired(conversation, listing.event if listing else None, now=now):
            conversation.delete()
            count += 1
    return count


def _mail(address: str, subject: str, text: str) -> None:
    message = EmailMessage(f"{subject} · {settings.SITE_NAME}", f"{text}\n", to=[address])
    transaction.on_commit(
        lambda: outgoing.send(message, stream=Stream.TRANSACTIONAL, kind="conversation"), robust=True
    )
