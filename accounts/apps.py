"""The app `accounts`: users, rights and limits."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Register the checks of `check --deploy` and the receivers."""
        from accounts import checks, receivers  # noqa: F401 - registering is what they are imported for
