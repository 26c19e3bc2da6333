"""Lists narrowed by django-filter: each filter has the row (`Param`) that reads, documents and refuses its value."""

from collections.abc import Mapping
from copy import copy
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from events.api.parameters import Param, read_text, unknown_or_repeated


class ReadField(forms.Field):
    """A field of a form that reads a text as its row says."""

    def __init__(self, *, param: Param, **options: Any) -> None:
        super().__init__(**{**options, "required": False})
        self.param = param

    def clean(self, value: Any) -> Any:
        """The value, None where it was not given. Raises a ValidationError with the remedy."""
        try:
            return read_text(self.param, value or "")
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class By(django_filters.Filter):
    """Rows whose column `column` fits the value; `method` names a method of the set for anything else."""

    field_class = ReadField

    def __init__(
        self, param: Param, column: str = "", fits: str = "exact", *, method: str | None = None
    ) -> None:
        super().__init__(
            field_name=column or param.name, lookup_expr=fits, method=method, label=param.name, param=param
        )
        self.param = param

    def __deepcopy__(self, memo: dict[int, Any]) -> "By":
        """One for a request: django-filter copies each, and the row inside never changes."""
        found = copy(self)
        if self.method is not None:
            found.method = self.method  # bound to the copy
        return found


class Beside(By):
    """A value that is read and documented with the filters, but narrows nothing by itself: a page, an order."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The same rows."""
        return qs


class Narrowing(django_filters.FilterSet):
    """A FilterSet that refuses names that it does not know, and names those that it knows.

    `beside` are values that it reads without narrowing by them. `asked` is a query string, or its texts by name.
    """

    beside: ClassVar[tuple[Param, ...]] = ()

    def __init__(
        self, asked: QueryDict | Mapping[str, str], queryset: QuerySet[Any] | None = None, **options: Any
    ) -> None:
        self.asked = asked
        texts = (
            {name: ",".join(asked.getlist(name)) for name in asked}
            if isinstance(asked, QueryDict)
            else dict(asked)
        )
        super().__init__(texts, queryset, **options)

    @classmethod
    def get_filters(cls) -> dict[str, By]:
        """The declared filters, and those of `beside`."""
        return {**super().get_filters(), **{param.name: Beside(param) for param in cls.beside}}

    @classmethod
    def params(cls) -> tuple[Param, ...]:
        """Every row, in the order of the documentation."""
        return tuple(each.param for each in cls.base_filters.values())

    @classmethod
    def documented(cls) -> list[OpenApiParameter]:
        """The parameters for `extend_schema`."""
        return [param.documented() for param in cls.params()]

    @property
    def values(self) -> dict[str, Any]:
        """The values that were given, by name.

        Raises ValidationError (400), with one line for each name that is unknown, repeated, missing or invalid.
        """
        errors: dict[str, Any] = unknown_or_repeated(self.asked, self.params())
        errors |= {
            name: list(map(str, texts)) for name, texts in self.form.errors.items() if name not in errors
        }
        if errors:
            raise ValidationError(errors)
        return {name: value for name, value in self.form.cleaned_data.items() if value is not None}

    @property
    def qs(self) -> QuerySet[Any]:
        """The rows. Raises ValidationError (400)."""
        assert self.values is not None  # refuses first
        return super().qs
