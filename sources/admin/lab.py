"""The source lab in the admin: enter an address, see what readers would see, adjust, enable."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.rights import may, require
from events.models import Category
from events.previews import preview_card
from pipeline.connectors import registry
from pipeline.contract.quality import UNTOLD
from pipeline.text.decoding import http_url
from places.models import Area, City
from sources import tasks
from sources.enums import Trust
from sources.forms import config_fields, config_of
from sources.lab import examine, mapping, unread
from sources.lab.validate import INSPECT
from sources.models import Source
from sources.setup import switch
from sources.setup.switch import CHANGE

#: After so many seconds without a start, no worker is listening.
NO_WORKER = 30


class LookForm(forms.Form):
    """What to examine."""

    url = forms.CharField(
        label="Address",
        max_length=2000,
        help_text="a calendar, a feed, a page, an API's answer, or a platform's page of a city, an organizer or a venue",
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "https://…", "inputmode": "url"}),
    )
    city = forms.ModelChoiceField(
        City.objects.all(), to_field_name="slug", required=False, empty_label="none", widget=UnfoldAdminSelectWidget,
        help_text="where its events are; gives the time zone where they do not say",
    )  # fmt: skip
    connector = forms.ChoiceField(
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text="leave it to the lab, or overrule what it detects",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(name, registry.get(name).metadata.title) for name in registry.names()]
        self.fields["connector"].choices = [("", "detected"), *kinds]  # type: ignore[attr-defined]

    def clean_url(self) -> str:
        """A web address only: files are for `manage.py inspect_source`."""
        url = http_url(self.cleaned_data["url"])
        if not url:
            raise forms.ValidationError("Give a web address that begins with https://, http:// or webcal://.")
        return url


class EnableForm(forms.Form):
    """What a source needs beyond the lab's findings."""

    name = forms.CharField(
        max_length=200, widget=UnfoldAdminTextInputWidget, help_text="readers see it as the source"
    )
    trust = forms.ChoiceField(
        choices=[(t.value, t.value) for t in Trust if t is not Trust.BLOCKED], initial=Trust.EARNED, widget=UnfoldAdminSelectWidget,
        help_text="earned: by moderators' verdicts; trusted: clean events are published at once; normal and doubtful: they wait for a moderator",
    )  # fmt: skip
    untold = forms.MultipleChoiceField(
        label="It cannot tell", choices=[(name, name) for name in UNTOLD], required=False, widget=forms.CheckboxSelectMultiple,
        help_text="its events are complete without these",
    )  # fmt: skip


class MapForm(forms.Form):
    """A value of the sample record, and the field that it is."""

    path = forms.ChoiceField(widget=forms.RadioSelect)
    field = forms.ChoiceField(label="is the event's", widget=UnfoldAdminSelectWidget)

    def __init__(self, data: Any = None, *, look: Mapping[str, Any]) -> None:
        result = look["result"]
        connector = _mapping(look)["connector"]
        missed = next((leaf for leaf in result["sample"] if leaf["shape"] and not leaf["read"]), None)
        meant = mapping.offered(connector, unread.MEANT.get(missed["shape"], "")) if missed else ""
        super().__init__(data, initial={"path": missed["path"] if missed else "", "field": meant})
        kinds = [(name, name.replace("_", " ")) for name in mapping.FIELDS.get(connector, ())]
        self.fields["field"].choices = [("", "choose a field"), *kinds]  # type: ignore[attr-defined]
        self.fields["path"].choices = [(leaf["path"], leaf["value"]) for leaf in result["sample"]]  # type: ignore[attr-defined]


def lab_urls(model_admin: Any) -> list[URLPattern]:
    """The lab's URLs below the list of sources."""

    def wrap(view: Callable[..., HttpResponse], *rights: str) -> Callable[..., HttpResponse]:
        return model_admin.admin_site.admin_view(_permitted(view, *rights))  # type: ignore[no-any-return]

    return [
        path("lab/", wrap(start), name="sources_lab"),
        path("lab/<slug:token>/", wrap(show), name="sources_lab_look"),
        path("lab/<slug:token>/again/", wrap(again), name="sources_lab_again"),
        path("lab/<slug:token>/map/", wrap(map_value), name="sources_lab_map"),
        path(
            "lab/<slug:token>/enable/", wrap(enable, "sources.add_source", CHANGE), name="sources_lab_enable"
        ),
    ]


def may_look(request: HttpRequest) -> bool:
    """Whether the user may use the lab. It sends requests from our machines, so it has a right of its own."""
    return may(request.user, INSPECT)


def _permitted(view: Callable[..., HttpResponse], *rights: str) -> Callable[..., HttpResponse]:
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(request.user, INSPECT, *rights)
        return view(request, *args, **kwargs)

    return inner


def start(request: HttpRequest) -> HttpResponse:
    """The empty lab; POST starts an examination."""
    form = LookForm(request.POST or None, initial={name: request.GET.get(name) for name in ("url", "city")})
    form.fields["url"].widget.attrs["autofocus"] = (
        True  # not where a result is read, or a page reloads itself
    )
    if request.method == "POST" and form.is_valid():
        city = form.cleaned_data["city"]
        wish = examine.LabWish(
            url=form.cleaned_data["url"],
            connector=form.cleaned_data["connector"],
            city=city.slug if city else "",
        )
        return _begin(request, wish)
    return _page(request, form=form)


def show(request: HttpRequest, token: str) -> HttpResponse:
    """An examination: its progress, then its result. The page polls while a worker is at it."""
    look = _look(token)
    wish = examine.LabWish(**look["wish"])
    context: dict[str, Any] = {
        "form": LookForm(initial={"url": wish.url, "city": wish.city or None, "connector": wish.connector}), "look": look, "token": token,
    }  # fmt: skip
    if look["state"] in ("waiting", "working"):
        asked = parse_datetime(look["asked_at"]) or now()
        context["no_worker"] = look["state"] == "waiting" and (now() - asked).total_seconds() > NO_WORKER
        return _page(request, refresh=2, **context)
    result = look.get("result")
    connector, config = _basis(look)
    if connector:
        context["config_form"] = _config_form(connector, config)
    if result is not None:
        enable_form = EnableForm(
            initial={"name": result["name"], "trust": Trust.EARNED.value, "untold": result["untold"]}
        )
        cards = _cards(result)
        context |= {
            "result": result, "cards": cards, "enable_form": enable_form,
            "map_rows": _map_rows(look), "map_form": MapForm(look=look) if _mapping(look)["connector"] else None,
            "cards_html": render_to_string("admin/sources/source/lab_cards.html", {"cards": cards}),
        }  # fmt: skip
    return _page(request, **context)


def again(request: HttpRequest, token: str) -> HttpResponse:
    """Examine again with the adjusted configuration."""
    look = _look(token)
    connector, config = _basis(look)
    if request.method != "POST" or not connector:
        return HttpResponseRedirect(reverse("admin:sources_lab_look", args=[token]))
    form = _config_form(connector, config, request.POST)
    if not form.is_valid():
        messages.error(
            request,
            "; ".join(
                f"{name.removeprefix('config__')}: {errors[0]}" for name, errors in form.errors.items()
            ),
        )
        return HttpResponseRedirect(reverse("admin:sources_lab_look", args=[token]))
    wish = {**look["wish"], "connector": connector, "config": config_of(connector, form.cleaned_data)}
    return _begin(request, examine.LabWish(**wish))


def map_value(request: HttpRequest, token: str) -> HttpResponse:
    """Examine again with one value of the sample record mapped to a field."""
    look = _look(token)
    back = HttpResponseRedirect(reverse("admin:sources_lab_look", args=[token]))
    if request.method != "POST" or look.get("result") is None:
        return back
    form, reported = MapForm(request.POST, look=look), _mapping(look)
    connector, config = reported["connector"], reported["config"]
    try:
        chosen = form.cleaned_data if form.is_valid() else {}
        changed = mapping.mapped(
            connector, config, field=chosen.get("field", ""), path=chosen.get("path", "")
        )
    except ValueError as error:
        messages.error(request, str(error))
        return back
    return _begin(request, examine.LabWish(**{**look["wish"], "connector": connector, "config": changed}))


def enable(request: HttpRequest, token: str) -> HttpResponse:
    """Create a source from it, and switch it on if its key is valid. A form that is sent twice makes one."""
    look = _look(token)
    result, form = look.get("result"), EnableForm(request.POST)
    back = HttpResponseRedirect(reverse("admin:sources_lab_look", args=[token]))
    if request.method != "POST" or result is None:
        return back
    if not form.is_valid():
        messages.error(request, "; ".join(f"{name}: {reported[0]}" for name, reported in form.errors.items()))
        return back
    if not examine.claim_source(token):
        messages.info(request, "This is a source already; look again to make another one.")
        return HttpResponseRedirect(reverse("admin:sources_source_changelist"))
    try:
        source = _make(request, look, form)
    except IntegrityError:
        examine.release_source(token)
        messages.error(
            request, "Another source took this name at the same moment. Nothing was made; try again."
        )
        return back
    switched = switch.enable(source, by=request.user)
    if switched.ok:
        messages.success(request, f"{source.name} is on; it is fetched within a minute.")
    else:
        messages.warning(request, f"{source.name} is saved, switched off: {switched.error}")
    return HttpResponseRedirect(reverse("admin:sources_source_change", args=[source.pk]))


def _make(request: HttpRequest, look: Mapping[str, Any], form: EnableForm) -> Source:
    return examine.make_source(
        examine.LabWish(**look["wish"]),
        name=form.cleaned_data["name"],
        connector=look["result"]["connector"],
        config=look["result"]["config"],
        trust=form.cleaned_data["trust"],
        untold_facts=form.cleaned_data["untold"] if "untold_shown" in request.POST else None,
        by=request.user,
    )


def _begin(request: HttpRequest, wish: examine.LabWish) -> HttpResponse:
    try:
        token = examine.begin(wish, by=request.user)
    except RedisError:
        messages.error(
            request,
            "Valkey does not answer, so the lab cannot work. Start it (make run), then try again.",
        )
        return HttpResponseRedirect(reverse("admin:sources_lab"))
    try:
        tasks.process_lab.delay(token)
    except OperationalError:
        messages.error(
            request,
            "The message broker does not answer, so no worker can do this. Start Valkey and the workers, then try again.",
        )
    return HttpResponseRedirect(reverse("admin:sources_lab_look", args=[token]))


def _look(token: str) -> dict[str, Any]:
    try:
        look = examine.look_of(token)
    except RedisError as error:
        raise Http404("Valkey does not answer, so the result cannot be shown.") from error
    if look is None:
        raise Http404("A result expires after an hour. Look again.")
    return look


def _basis(look: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The connector and configuration to adjust: those found, else those chosen by hand.

    ('', {}) without either.
    """
    result, wish = look.get("result"), look["wish"]
    if result is not None:
        return result["connector"], result["config"]
    return wish["connector"], wish["config"] or {"url": wish["url"]}


def _config_form(connector: str, config: Mapping[str, Any], data: Any = None) -> forms.Form:
    kind: type[forms.Form] = type("ConfigForm", (forms.Form,), config_fields(connector, config))
    return kind(data)


def _mapping(look: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a mapping is added to; a result of the version before knows none."""
    return look["result"].get("mapping") or {"connector": "", "config": {}}


def _map_rows(look: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The values of the sample record, each with its radio button where its connector takes a mapping."""
    sample = look["result"]["sample"]
    radios = (
        list(MapForm(look=look)["path"]) if look["result"]["mapping"]["connector"] else [None] * len(sample)
    )
    return [{**leaf, "radio": radio} for leaf, radio in zip(sample, radios, strict=True)]


def _cards(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The card of each shown event, with the fields that were guessed."""
    names = dict(Category.objects.values_list("slug", "name"))
    areas = dict(Area.objects.values_list("slug", "name"))
    moment = now()
    return [
        {
            "card": preview_card(event, now=moment, categories=names, area=areas.get(event["area"], "")),
            "notes": event["notes"],
            "json": json.dumps(event, indent=2, ensure_ascii=False),
        }
        for event in result["events"]
    ]


def _page(request: HttpRequest, **context: Any) -> HttpResponse:
    return TemplateResponse(
        request,
        "admin/sources/source/lab.html",
        {**admin.site.each_context(request), "title": "Source lab", **context},
    )
