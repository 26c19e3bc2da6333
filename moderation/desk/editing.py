"""Editing at the desk: the form of an event, saved alone or with the approval, and answers to what is proposed."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest

from accounts.rights import Actor, may, require
from events.editing import Editing, EventForm, form_from
from events.exceptions import EventError
from events.models import Event
from events.services.publication import CHANGE
from moderation import services
from moderation.enums import ReviewKind, ReviewState, Verdict
from moderation.exceptions import ModerationError
from moderation.models import Decision, Review
from moderation.services import Edit
from moderation.services.verdicts import VERDICTS

#: The buttons of the form, by the verdict that each gives.
_BUTTONS: Final = {Verdict.APPROVE: "Approve with the edit", Verdict.EDIT: "Save, decide later"}


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a form: a decision, or the context to show the form again."""

    decision: Decision | None
    context: dict[str, Any]


def event_of(review: Review) -> Event | None:
    """The event that a review lets edit; None for a decided review and one that is not about an event."""
    if review.state != ReviewState.OPEN or Verdict.EDIT not in VERDICTS[ReviewKind(review.kind)]:
        return None
    return Event.objects.select_related("city").filter(pk=review.object_id).first()


def may_edit(review: Review, *, by: Actor) -> bool:
    """Whether the actor may edit the review's event, and answer what is proposed for it field by field."""
    return may(by, CHANGE) and event_of(review) is not None


def opened(review: Review, event: Event, *, by: Actor) -> dict[str, Any]:
    """The context of the form as it is opened."""
    return _context(review, EventForm(event=event, by=by))


def saved(request: HttpRequest, review: Review, event: Event) -> Saved:
    """Carry out a sent form: one decision, or the form again with what is to be mended."""
    stale = request.POST.get("version") != str(event.version)
    form, both = form_from(request.POST, event=event, by=request.user)
    if not stale and "take" not in request.POST and form.is_valid():
        try:
            return Saved(_decide(request, review, form), {})
        except (EventError, ModerationError) as error:
            form.add_error(None, error.detail)
    return Saved(None, _context(review, form, both=both, changed_meanwhile=stale))


def answered(review: Review, field: str, *, accept: bool, version: int, by: Actor) -> Decision:
    """Accept or decline what is proposed for one field. Raises RightMissing, ModerationError, EventError."""
    require(by, CHANGE)
    verdict = Verdict.ACCEPT_CHANGE if accept else Verdict.DECLINE_CHANGE
    return services.decide(review.pk, verdict, by=by, version=version, fields=[field])


def _decide(request: HttpRequest, review: Review, form: EventForm) -> Decision:
    verdict = next((one for one in _BUTTONS if one.value in request.POST), Verdict.EDIT)
    edit = Edit(values=form.values, unlock=form.unlock_fields, version=form.event.version)
    version = request.POST.get("review", "")
    return services.decide(
        review.pk, verdict, by=request.user, version=int(version) if version.isdecimal() else None, edit=edit
    )


def _context(review: Review, form: EventForm, **more: Any) -> dict[str, Any]:
    verdicts = VERDICTS[ReviewKind(review.kind)]
    both = more.pop("both", ())
    return {
        "editing": Editing(form, both=both),
        "buttons": [(verdict.value, words) for verdict, words in _BUTTONS.items() if verdict in verdicts],
        "review": review,
        **more,
    }
