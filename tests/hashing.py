"""Passwords of tests: nobody guesses at them, so a hash need not take a quarter of a second."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """As Django's own, in one turn instead of a million: the settings of a child process read what it
    writes."""

    iterations = 1
