"""The app `languages`."""

from django.apps import AppConfig


class LanguagesConfig(AppConfig):
    name = "languages"

    def ready(self) -> None:
        """Bring the compiled catalogues up to date before the first text is looked up."""
        from languages.catalogues.compiling import compile_changed

        compile_changed()
