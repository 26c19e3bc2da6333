"""Who is signed in, for pages and operations that are for people with an account alone."""

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import User


def person_of(request: HttpRequest | Request) -> User:
    """The person, where `login_required` or `IsSignedIn` stands before the view."""
    assert isinstance(request.user, User)
    return request.user
