"""The app `flags`: typed feature flags."""

from django.apps import AppConfig


class FlagsConfig(AppConfig):
    name = "flags"
