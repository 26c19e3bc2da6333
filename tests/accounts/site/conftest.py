"""People with accounts, and the mails they got."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from tests.accounts.site.steps import EMAIL, PASSWORD, Visitor


def make_account(
    email: str = EMAIL, *, password: str | None = PASSWORD, verified: bool = True, **fields: object
) -> User:
    """An account as sign-up leaves it."""
    person = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=person, email=email, verified=verified, primary=True)
    return person


@pytest.fixture
def vera(db: None) -> User:
    return make_account()


@pytest.fixture
def visitor(db: None) -> Visitor:
    """A browser that nobody knows."""
    return Visitor()


@pytest.fixture
def owner(vera: User) -> Visitor:
    """Vera's browser, signed in."""
    visitor = Visitor()
    visitor.sign_in()
    return visitor
