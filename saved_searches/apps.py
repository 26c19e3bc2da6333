"""The app `saved_searches`."""

from django.apps import AppConfig


class SavedSearchesConfig(AppConfig):
    name = "saved_searches"
