"""Replacements for two of the admin's own views, with the checks that these lack."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.forms import OwnPasswordForm


def view_on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    """Redirect from an object's admin page to its public page, for users who may see the object in the admin.

    The public address contains the object's title.
    """
    kind = (
        ContentType.objects.filter(pk=content_type_id).first()
        if content_type_id.isdecimal() and len(content_type_id) < 10
        else None
    )
    model = kind.model_class() if kind else None
    if model is None or model not in admin.site._registry:
        raise Http404("There is no such object.")
    desk = admin.site._registry[model]
    if not desk.has_view_permission(request):
        raise PermissionDenied
    if desk.get_object(request, object_id) is None:
        raise Http404("There is no such object.")
    return shortcut(request, int(content_type_id), object_id)


def login(request: HttpRequest) -> HttpResponseBase:
    """The site's own login where staff need a second factor; it asks for it, and limits guesses at it.

    Elsewhere the admin's form, which refuses accounts that have one (accounts.forms).
    """
    view = secure_admin_login(admin.site.login) if settings.STAFF_SECOND_FACTOR else admin.site.login
    answer: HttpResponseBase = view(request)
    return answer


def password_change(request: HttpRequest) -> HttpResponseBase:
    """The admin's own page, with a form that counts guesses of the old password.

    unfold's site sets its form itself, so the setting cannot replace it.
    """
    shown = {
        "form_class": OwnPasswordForm,
        "success_url": reverse("admin:password_change_done"),
        "extra_context": admin.site.each_context(request),
    }
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    return PasswordChangeView.as_view(**shown)(request)
