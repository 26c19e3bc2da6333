"""The app `realtime`: to browsers."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"
