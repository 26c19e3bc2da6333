"""The app `accounts`: who."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Know what `check --deploy` asks of keys."""
        from accounts import checks  # noqa: F401 - registering is what it is imported for
