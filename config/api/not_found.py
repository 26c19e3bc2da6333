"""A problem for every unknown address below `/api/`; this route comes last."""

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from config import problems


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """404 as a problem in every mode, since Django's own debug page is HTML."""
    return problems.not_found(request)


urlpatterns = [re_path(r"^api/", not_found)]
