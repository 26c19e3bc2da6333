"""Fast password hashes for tests."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Django's hasher with one iteration instead of a million.

    Child processes can verify its hashes with their settings.
    """

    iterations = 1
