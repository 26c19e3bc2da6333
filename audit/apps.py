"""The app `audit`: the log of what was done, by whom, to what."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "log"
