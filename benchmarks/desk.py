"""How fast the lists of the admin and the desk are: `python -m benchmarks.desk --events N --reviews M --items I`.

In a world of N events with M open reviews and the rows of all other tables, each list of the admin is asked for as it
comes, searched, by each filter, by each column that it offers to sort by, and its page 2; the queue also by a moderator
of one city. Then a script in a real browser judges I events at the desk by keys, each after its item with all of the
evidence has come. Last line: `{"lists": {name: p95_ms}, "worst_p95_ms", "items_per_minute", "item_p95_ms",
"next_p50_ms", "next_p95_ms", "reference_seconds"}`. The embedded services run meanwhile, unless others are configured.
"""

import argparse
import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmarks import desk_world, world
from benchmarks.desk_keys import judged, p95_of, percentile
from benchmarks.processor import watched

#: Searched for in each list: words of titles and of names.
WORD = "raga"


def main() -> None:
    """Measure once and print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--reviews", type=int, default=20_000)
    options.add_argument("--items", type=int, default=300, help="judged in a browser; 0 for none")
    options.add_argument("--rounds", type=int, default=5, help="requests for each list")
    options.add_argument("--of", default="", help="a template of before, migrated, in place of a new one")
    options.add_argument("--only", default="", help="only lists whose name begins so, such as events.event")
    options.add_argument("--no-lists", action="store_true", help="only judge in a browser")
    asked = options.parse_args()
    with world.running():
        template = asked.of or desk_world.seeded(asked.events, asked.reviews)
        print(f"template {template}", flush=True)
        with desk_world.database(template) as name, watched() as told:
            lists = {} if asked.no_lists else _lists(asked.rounds, asked.only)
            told |= {"lists": lists, "worst_p95_ms": max(lists.values(), default=0.0)}
            if asked.items:
                told |= judged(name, asked.items)
    print(json.dumps(told))


def _lists(rounds: int, only: str) -> dict[str, float]:
    """The 95th percentile of each list, and of the desk's page of an item and its verdict."""
    from django.contrib import admin
    from django.test import Client

    from moderation.models import Review

    senior, bound = _people()
    client, city = Client(), Client()
    client.force_login(senior)
    city.force_login(bound)
    found = {}
    for model, desk in admin.site._registry.items():
        for who, person in ((client, senior), *(((city, bound),) if model is Review else ())):
            for name, address in _addresses(model, desk, person):
                name = name if person is senior else f"{name}, of one city"
                if name.startswith(only):
                    found[name] = p95_of(partial(_get, who, address), rounds)
                    print(f"{name}: {found[name]} ms", flush=True)
    if not only or only.startswith("the desk"):
        found |= _desk(client, rounds)
    return found


def _people() -> tuple[Any, Any]:
    """Somebody with all rights, and a moderator of one city."""
    from accounts.models import User
    from accounts.roles import ROLES, Role, permissions_of
    from places.models import City, CityModerator

    senior = User.objects.create_user("senior@bench.example", None, is_staff=True, is_superuser=True)
    bound = User.objects.create_user("city@bench.example", None, is_staff=True)
    bound.user_permissions.set(permissions_of(ROLES[Role.MODERATOR]))
    CityModerator.objects.create(user=bound, city=City.objects.get(slug="bengaluru"))
    return senior, bound


def _addresses(model: Any, desk: Any, person: Any) -> Iterator[tuple[str, str]]:
    """The list of a model by name: plain, page 2, searched, by each filter, and by each column both ways."""
    from django.contrib.admin.templatetags.admin_list import result_headers
    from django.test import RequestFactory
    from django.urls import reverse

    address, name = (
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        model._meta.label_lower,
    )
    request = RequestFactory().get(address)
    request.user = person
    listed = desk.get_changelist_instance(request)
    yield name, address
    yield f"{name}, page 2", f"{address}?p=2"
    if desk.get_search_fields(request):
        yield f"{name}, searched", f"{address}?q={WORD}"
        yield f"{name}, searched for nothing there", f"{address}?q=xqzvkj"
    for spec in listed.filter_specs:
        chosen = [
            one
            for one in spec.choices(listed)
            if one.get("query_string", "?") != "?" and not one.get("selected")
        ]
        for choice in chosen[:3]:
            yield f"{name}, {spec.title}: {choice['display']}", f"{address}{choice['query_string']}"
    for header in result_headers(listed):
        if header.get("sortable"):
            yield f"{name}, by {header['text']}", f"{address}{header['url_primary']}"
            yield (
                f"{name}, by {header['text']} back",
                address + header["url_primary"].replace("o=", "o=-").replace("--", ""),
            )


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code not in (200, 302):
        raise SystemExit(f"{address} answered {answer.status_code}")


def _desk(client: Any, rounds: int) -> dict[str, float]:
    """The page of an item, and a verdict that answers with the next one."""
    from django.urls import reverse

    from moderation.models import Review

    def decide() -> None:
        review = next(waiting)
        address = reverse("admin:moderation_review_decide", args=[review.pk])
        _get(client, reverse("admin:moderation_review_change", args=[review.pk]))
        version = Review.objects.values_list("version", flat=True).get(pk=review.pk)
        begun = time.perf_counter()
        answer = client.post(
            f"{address}?kind=event",
            {"verdict": "approve", "version": version},
            headers={"HX-Request": "true"},
        )
        taken.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200 or Review.objects.get(pk=review.pk).state != "decided":
            raise SystemExit(f"the verdict was answered with {answer.status_code}")

    waiting = iter(
        Review.objects.filter(state="open", kind="event").order_by("-priority", "starts_at", "id")[
            : 2 * rounds + 2
        ]
    )
    page = reverse("admin:moderation_review_change", args=[next(waiting).pk])
    found = {"the desk, an item": p95_of(partial(_get, client, page), 2 * rounds)}
    taken: list[float] = []
    for _ in range(2 * rounds):
        decide()
    return {**found, "the desk, a verdict": percentile(taken, 95)}


if __name__ == "__main__":
    main()
