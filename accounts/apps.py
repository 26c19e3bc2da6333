"""The app `accounts`: users, rights and limits."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Register the checks of `check --deploy` and the receivers, and say that accounts are people."""
        from accounts import checks, receivers  # noqa: F401 - registering is what they are imported for
        from accounts.log.people import names
        from accounts.privacy.holders import webhook_holders
        from accounts.privacy.parts import PARTS
        from accounts.privacy.registry import register, register_holder
        from accounts.site import receivers as site_receivers  # noqa: F401
        from accounts.staff import receivers as staff_receivers  # noqa: F401
        from audit.records import register_personal

        register_personal("accounts.user", names)
        register(*PARTS)
        for holder in webhook_holders():
            register_holder(holder)
        # last: it queues what erases the address, to which the receivers of the site send the last mail before
        import_module("accounts.privacy_receivers")
