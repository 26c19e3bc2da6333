"""The app `realtime`: to browsers."""

from django.apps import AppConfig


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self) -> None:
        from realtime import receivers  # noqa: F401 (connects)
