"""The templates of forms and messages for higher apps.

They render with the context of their first line, and with less.
"""

from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

from places.models import City

pytestmark = pytest.mark.django_db  # each page asks which features are on


class Example(forms.Form):
    trap_name = "website"
    email = forms.EmailField(label="Your address", help_text="Never shown.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    music = forms.BooleanField(required=False, label="Music")
    days = forms.MultipleChoiceField(
        choices=[("sat", "Sat"), ("sun", "Sun")], widget=forms.CheckboxSelectMultiple, required=False
    )
    website = forms.CharField(required=False)

    @property
    def trap(self) -> str:
        return self.trap_name


PAGES = [
    "digests/subscribe.html", "digests/asked.html", "digests/confirm.html", "digests/unsubscribe.html", "digests/unknown.html",
    "digests/mailbox/list.html", "sources/submit.html", "sources/submitted.html", "403.html", "403_csrf.html", "404.html", "410.html", "500.html",
]  # fmt: skip


def render(name: str, **context: Any) -> str:
    return render_to_string(name, context, request=RequestFactory().get("/subscribe/?city=bengaluru"))


@pytest.mark.parametrize("name", PAGES)
def test_pages_render_without_context(name: str) -> None:
    assert render(name).count("<h1>") == 1


def test_a_form_names_its_fields_and_their_errors() -> None:
    html = render(
        "sources/submit.html",
        form=Example({"email": "nobody"}),
        city=City(slug="bengaluru", name="Bengaluru"),
    )
    assert '<label for="id_email">Your address</label>' in html
    assert 'id="id_email_helptext">Never shown.</p>' in html
    assert 'aria-invalid="true"' in html
    assert "Enter a valid email address." in html
    assert "<legend>Days " in html
    assert '<div class="field trap" aria-hidden="true">' in html
    assert "csrfmiddlewaretoken" in html


@pytest.mark.parametrize("name", ["digests/confirm.html", "digests/unsubscribe.html"])
def test_confirming_and_leaving_take_a_press(name: str) -> None:
    html = render(name, what="Bengaluru")
    assert '<form class="more" method="post">' in html
    assert "mail: Bengaluru?</h1>" in html
