"""The app `saved_searches`."""

from django.apps import AppConfig


class SavedSearchesConfig(AppConfig):
    name = "saved_searches"

    def ready(self) -> None:
        """Connect the receivers, and say that searches are about people, and what is kept about them."""
        from accounts.privacy.registry import register
        from audit.records import register_personal
        from saved_searches import receivers  # noqa: F401 - connecting is what it is imported for
        from saved_searches.privacy import PART

        register_personal("saved_searches.savedsearch")
        register(PART)
