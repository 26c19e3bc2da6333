"""Enumerations of accounts."""

from django.db import models


class Guesser(models.TextChoices):
    """The key under which a password guess is counted."""

    DEVICE = "device", "a known browser at its account"
    NETWORK_AT_ACCOUNT = "network_at_account", "one network at one account"
    ALL_AT_ACCOUNT = "all_at_account", "all unknown browsers at one account"
    NETWORK = "network", "one network at all accounts"


class EndReason(models.TextChoices):
    """Why a session or a token family ended."""

    SIGNED_OUT = "signed_out", "signed out"
    ENDED_ELSEWHERE = "ended_elsewhere", "ended from another session"
    REUSED = "reused", "a used refresh token came again"
    REVOKED = "revoked", "revoked by its owner"
    ACCOUNT_CHANGED = "account_changed", "the password or the rights of the account changed"
