"""The form of preferences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.words import category_name, language_words
from languages.codes import LANGUAGES
from personal.models import LEAST_RADIUS_KM, MOST_NOTICES_A_DAY, MOST_RADIUS_KM, Preferences
from personal.times import DAY_BEGINS, DAY_ENDS, MOST_RANGES, TimeRange
from pipeline.taxonomy import CATEGORIES, OTHER
from places.enums import CityState
from places.models import Area, City

_DAYS: Final = {
    1: _("Monday"), 2: _("Tuesday"), 3: _("Wednesday"), 4: _("Thursday"), 5: _("Friday"), 6: _("Saturday"), 7: _("Sunday"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeRow:
    """A row of the form: one range, chosen or not. `number` is part of the names of its fields."""

    number: int
    day: int
    begin: str
    end: str
    is_on: bool

    @property
    def label(self) -> str:
        """The name of the weekday."""
        return str(_DAYS[self.day])


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Some fields of a form under a heading, as `partials/form_fields.html` takes them."""

    title: str
    visible_fields: Sequence[BoundField]
    about: str = ""
    has_times: bool = False
    has_channels: bool = False


class PreferencesForm(forms.Form):
    """What a person wants to see, and how to be told; nothing chosen means all of it."""

    city = forms.ModelChoiceField(
        queryset=City.objects.none(),
        to_field_name="slug",
        label=_("City"),
        required=False,
        empty_label=_("All cities"),
    )
    area = forms.ModelChoiceField(
        queryset=Area.objects.none(),
        to_field_name="slug",
        label=_("Around"),
        required=False,
        empty_label=_("the whole city"),
        help_text=_("A part of your city. Choose the city and save first to see its parts."),
    )
    lat = forms.FloatField(label=_("or a point: latitude"), required=False, min_value=-90, max_value=90)
    lng = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    radius_km = forms.FloatField(
        label=_("Kilometres around it"), min_value=LEAST_RADIUS_KM, max_value=MOST_RADIUS_KM, required=False
    )
    categories = forms.MultipleChoiceField(
        label=_("Only these"), required=False, widget=forms.CheckboxSelectMultiple
    )
    keywords = forms.CharField(
        label=_("Words, with commas"),
        required=False,
        max_length=1_300,
        help_text=_("Events with one of them come too."),
    )
    price_max = forms.DecimalField(
        label=_("At most this price"), required=False, min_value=0, max_digits=9, decimal_places=2
    )
    free_only = forms.BooleanField(label=_("Free events only"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("In these languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    push = forms.BooleanField(label=_("By push, on the devices where you turned it on"), required=False)
    mail = forms.BooleanField(label=_("By mail"), required=False)
    notices_a_day = forms.IntegerField(
        label=_("New events, at most so often a day"),
        min_value=0,
        max_value=MOST_NOTICES_A_DAY,
        required=False,
        help_text=_("By mail and on your devices. The rest is in the list of your notices."),
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=_("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, of: Preferences, **kwargs: Any) -> None:
        initial = {name: getattr(of, name) for name in self.base_fields if name != "keywords"}
        super().__init__(*args, **{"initial": {**initial, "keywords": ", ".join(of.keywords)}, **kwargs})
        self._ranges = of.ranges
        self.times_error = ""
        self.fields["city"].queryset = City.objects.filter(state=CityState.ACTIVE)  # type: ignore[attr-defined]
        areas = Area.objects.filter(city=of.city_id).order_by("name")
        self.fields["area"].queryset = areas if of.city_id else Area.objects.none()  # type: ignore[attr-defined]
        self.fields["categories"].choices = [  # type: ignore[attr-defined]
            (one.slug, category_name(one.slug)) for one in CATEGORIES if one.slug != OTHER
        ]
        tags = dict.fromkeys([*(one.code for one in LANGUAGES), *of.languages])
        self.fields["languages"].choices = [(tag, language_words(tag)) for tag in tags]  # type: ignore[attr-defined]

    @property
    def sections(self) -> list[Section]:
        """The fields as the page shows them."""
        return [
            Section(
                title=gettext("Where"), visible_fields=self._named("city", "area", "radius_km", "lat", "lng")
            ),
            Section(title=gettext("What"), visible_fields=self._named("categories", "keywords", "languages")),
            Section(title=gettext("When"), visible_fields=(), has_times=True),
            Section(title=gettext("For how much"), visible_fields=self._named("free_only", "price_max")),
            Section(
                title=gettext("How we may tell you"),
                about=gettext(
                    "In your quiet hours nothing is sent that can wait; it comes when they are over."
                ),
                visible_fields=self._named("push", "mail", "notices_a_day", "quiet_from", "quiet_to"),
                has_channels=True,
            ),
        ]

    @property
    def time_rows(self) -> list[TimeRow]:
        """The rows of days: what is stored or was sent, and one for each other day."""
        if self.is_bound:
            return list(self._sent())
        ranges = [
            *self._ranges,
            *(TimeRange(day=day) for day in _DAYS if day not in {one.day for one in self._ranges}),
        ]
        return [
            TimeRow(
                number=number,
                day=one.day,
                begin=f"{one.begin:%H:%M}",
                end=f"{one.end:%H:%M}",
                is_on=one in self._ranges,
            )
            for number, one in enumerate(sorted(ranges))
        ]

    def clean_keywords(self) -> list[str]:
        """The words between the commas."""
        return [word.strip() for word in self.cleaned_data["keywords"].split(",") if word.strip()]

    def clean(self) -> dict[str, Any]:
        """Read the rows of days; an area or point that another city leaves behind is left out."""
        said = super().clean() or {}
        said["times"] = [one for row in self._sent() if row.is_on and (one := self._range(row))]
        area, city = said.get("area"), said.get("city")
        if area is not None and (city is None or area.city_id != city.pk):
            said["area"] = None
        return said

    def values(self) -> dict[str, Any]:
        """What is to be stored, by the names of the model. A point gives way where the form was sent with an area."""
        said = dict(self.cleaned_data)
        for name in ("radius_km", "notices_a_day"):
            if said[name] is None:
                del said[name]
        return said

    def refuse(self, field: str, detail: str) -> None:
        """Show at a field why it was refused."""
        if field in ("days", "times"):
            self.times_error = detail
        else:
            self.add_error(field if field in self.fields else None, detail)

    def _named(self, *names: str) -> list[BoundField]:
        return [self[name] for name in names]

    def _sent(self) -> Iterator[TimeRow]:
        for number in range(MOST_RANGES + len(_DAYS)):
            day = self.data.get(f"day-{number}", "")
            if day in {"1", "2", "3", "4", "5", "6", "7"}:
                yield TimeRow(
                    number=number, day=int(day), begin=self.data.get(f"from-{number}", "")[:8], end=self.data.get(f"to-{number}", "")[:8],
                    is_on=f"on-{number}" in self.data,
                )  # fmt: skip

    def _range(self, row: TimeRow) -> TimeRange | None:
        """The range of a row; None, with an error beside the rows, for what is no time of day."""
        try:
            begin = time.fromisoformat(row.begin) if row.begin else DAY_BEGINS
            end = time.fromisoformat(row.end) if row.end else DAY_ENDS
        except ValueError:
            self.times_error = gettext("Write times of day as 18:00.")
            self.add_error(None, self.times_error)
            return None
        begin, end = (clock.replace(second=0, microsecond=0, tzinfo=None) for clock in (begin, end))
        return TimeRange(day=row.day, begin=begin, end=end)
