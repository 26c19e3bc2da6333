"""The app `operations`: the admin's first page."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "operations"
