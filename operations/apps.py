"""The app `operations`: the admin's first page, the components, uptime."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
