"""Pages of an account that are our own."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The account: who one is here, and where each thing is changed."""
    return render(request, "account/home.html")
