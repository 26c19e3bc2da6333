"""Errors of mail."""

from smtplib import SMTPException


class MailNotSent(SMTPException):
    """A mail that somebody sent by Django's own functions did not go. An SMTPException, since that is what callers expect."""


class NotMine(Exception):
    """Another process has this mail, or had it."""


class NothingTaken(Exception):
    """A backend took no mail, without an exception."""
