"""The app `outbox`: what happened."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
