"""The page of terms of one source, as a field of its form: where its site has other terms than its platform, or no platform."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from unfold.widgets import UnfoldAdminURLInputWidget

from pipeline.connectors import registry
from sources.models import Source

TERMS: Final = "terms_url"
#: As long as the address of a kept page of terms may be (SitePolicy).
_LONGEST: Final = 500


def terms_field(source: Source | None) -> forms.Field:
    """The field, with the source's own address; its help names the one that counts where it is empty."""
    known = registry.CONNECTORS.get(source.connector) if source else None
    usual = known.metadata.terms if known else ""
    otherwise = f"those of its platform, {usual}, are" if usual.startswith("https://") else "none are"
    return forms.URLField(
        required=False,
        max_length=_LONGEST,
        assume_scheme="https",
        initial=source.terms.get("url", "") if source else "",
        label="page of terms",
        help_text=f"It is read once a day, and a change is an alert. Empty: {otherwise} read.",
        widget=UnfoldAdminURLInputWidget,
    )


def apply_terms(source: Source, cleaned: Mapping[str, Any]) -> None:
    """Set the form's address on the source; what else stands in its terms stays."""
    others = {name: value for name, value in source.terms.items() if name != "url"}
    source.terms = {**others, "url": cleaned[TERMS]} if cleaned[TERMS] else others
