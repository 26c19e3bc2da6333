"""The app `galleries`."""

from django.apps import AppConfig


class GalleriesConfig(AppConfig):
    name = "galleries"

    def ready(self) -> None:
        """Say that what is kept here is about people, and show it on the pages of events and venues."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from events import gallery
        from galleries import receivers  # noqa: F401
        from galleries.privacy import PART
        from galleries.shown import OnPages

        register_personal("galleries.photo")
        register(PART)
        gallery.use(OnPages())
