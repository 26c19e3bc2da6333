"""The form of an event for people, used by the admin's page of an event and by the desk."""

from events.editing.form import EventForm
from events.editing.page import Editing, form_from, suggestions

__all__ = ["Editing", "EventForm", "form_from", "suggestions"]
