"""The app `accounts`: who."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
