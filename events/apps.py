"""The app `events`: what is on."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
