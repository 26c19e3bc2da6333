"""Replacements for two of the admin's own views, with the checks that these lack."""

from collections.abc import Mapping
from typing import Final

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME, get_permission_codename
from django.contrib.auth.views import PasswordChangeView
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.defaults import permission_denied as default_permission_denied

from accounts.forms import OwnPasswordForm
from accounts.rights import RightMissing, require


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

    Elsewhere the admin's form, which refuses accounts that have one (accounts.forms). It leads on to `next`, else to
    the admin: unfold's form drops `next`, and Django would go on to a person's own page.
    """
    asked = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    onward = asked if is_ours else reverse("admin:index")
    if request.method == "GET" and admin.site.has_permission(request):
        return HttpResponseRedirect(onward)
    query = request.GET.copy()
    query[REDIRECT_FIELD_NAME] = onward
    request.GET = query  # type: ignore[assignment]
    view = secure_admin_login(admin.site.login) if settings.STAFF_SECOND_FACTOR else admin.site.login
    answer: HttpResponseBase = view(request)
    return answer


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a refusal. Django's own checks in the admin say nothing: then it names the right that is missing."""
    right = "" if str(exception) else _right_for(request)
    if right:
        try:
            require(request.user, right)
        except RightMissing as missing:
            exception = missing
    return default_permission_denied(request, exception)


#: The right that Django's admin asks for, by the last word of an address' name.
_ASKED: Final[Mapping[str, str]] = {
    "changelist": "view",
    "change": "view",
    "history": "view",
    "add": "add",
    "delete": "delete",
}


def _right_for(request: HttpRequest) -> str:
    """The right that a page of a model in the admin needs (`places.view_place`), '' for other pages."""
    found = request.resolver_match
    for model in admin.site._registry if found and found.app_names == ["admin"] else ():
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        asked = _ASKED.get((found.url_name or "").removeprefix(prefix)) if found else None
        if asked:
            return f"{model._meta.app_label}.{get_permission_codename(asked, model._meta)}"
    return ""


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
