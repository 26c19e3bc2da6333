"""Who asks, for views of one's own account."""

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api.serializers import Closing
from accounts.models import User
from accounts.services.own_password import confirm_password
from accounts.signed_in import person_of


def confirmed_person(request: Request) -> User:
    """The person, who has sent the password once more. Raises ValidationError for a missing or a wrong one."""
    person = person_of(request)
    asked = Closing(data=request.data)
    asked.is_valid(raise_exception=True)
    if not confirm_password(person, asked.validated_data["password"]):
        raise ValidationError({"password": ["This is not the password of the account."]})
    return person
