"""The roof as an app: it carries the commands that belong to no room."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
