"""The app `moderation`: shall the world see it."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"
