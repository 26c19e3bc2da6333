"""What the admin itself answers to whoever is a member of staff, behind the rights that it does not ask
for."""

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
    """From an object's page at the desk to its public one, whose address tells its title: for those who may
    see the object at the desk."""
    kind = (
        ContentType.objects.filter(pk=content_type_id).first()
        if content_type_id.isdecimal() and len(content_type_id) < 10
        else None
    )
    model = kind.model_class() if kind else None
    if model is None or model not in admin.site._registry:
        raise Http404("There is no such object.")
    if not admin.site._registry[model].has_view_permission(request):
        raise PermissionDenied
    return shortcut(request, int(content_type_id), object_id)


def password_change(request: HttpRequest) -> HttpResponseBase:
    """As the admin's own page, with a form that counts guesses at the old password: unfold's site names its
    form itself."""
    shown = {
        "form_class": OwnPasswordForm,
        "success_url": reverse("admin:password_change_done"),
        "extra_context": admin.site.each_context(request),
    }
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    return PasswordChangeView.as_view(**shown)(request)
