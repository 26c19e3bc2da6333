"""The app `organizers`."""

from django.apps import AppConfig


class OrganizersConfig(AppConfig):
    name = "organizers"
