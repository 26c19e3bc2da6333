"""The app `accounts`: users, rights and limits."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Know what `check --deploy` asks of keys and proxies, and what each request is given."""
        from accounts import checks, receivers  # noqa: F401 - registering is what they are imported for
