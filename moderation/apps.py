"""The app `moderation`: decides what readers see."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "moderation"

    def ready(self) -> None:
        """Connect the receivers, and say how the log verifies decisions of the rules and what is kept about people."""
        from accounts.privacy.registry import register
        from audit.enums import Action
        from audit.records import register_check
        from moderation import receivers  # noqa: F401 - connecting is what it is imported for
        from moderation.privacy import PART
        from moderation.queries import changed_decisions

        register_check(Action.VERDICTS_BY_RULES, changed_decisions)
        register(PART)
