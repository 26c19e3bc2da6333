"""How fast and how complete search is: `python -m benchmarks.search --events N`.

In a world of N made events with vectors (`benchmarks.many`), beside a process that records 50 changed events a second,
questions
drawn from the world's own names and words are read and answered: exact ones with filters and without, mistyped ones,
ones
that only meaning answers, suggestions, facets, the page and the API with every middleware, and second pages by a cursor (`onward`). Then, on a small part,
each answer is compared with every event that could be in it. Last line: `{"events", "queries", "p50_ms", "p95_ms",
"p99_ms", "typo_recall", "exact_recall", "exact_p95_ms", …, "reference_seconds"}`; the first three are of the exact
path with filters; its answers that were short, and filled with the nearest events, are `filled`. The embedded
services run meanwhile, unless others are configured.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from benchmarks import many, world
from benchmarks.processor import watched

#: The milliseconds at the 95th percentile that are asked for.
TARGETS = {"exact": 50, "typo": 150, "meaning": 150, "suggest": 20, "facets": 100}


def main() -> None:
    """Measure once and print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--queries", type=int, default=400, help="of the exact path; the others have half")
    options.add_argument("--changes", type=float, default=50, help="a second, beside; 0 for none")
    options.add_argument("--cost", type=int, default=300, help="changes whose cost is measured")
    options.add_argument(
        "--warm", type=int, default=300, help="other questions that are asked first, untimed"
    )
    options.add_argument("--slow", type=int, default=0, help="print so many of the slowest of each path")
    options.add_argument("--beside", nargs=2, metavar=("DATABASE", "A_SECOND"), help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.beside:
        from benchmarks.search_writer import write_beside

        world.setup()
        write_beside(asked.beside[0], float(asked.beside[1]))
        return
    with world.running(), many.database(asked.events, vectors=True) as name, watched() as told:
        told |= _measure(name, asked)
    print(json.dumps({"events": asked.events, **told}))


def _measure(database: str, asked: argparse.Namespace) -> dict[str, Any]:
    from benchmarks.search_queries import World
    from benchmarks.search_writer import cost
    from pipeline.encoder import encode_sentences

    drawn, half = World(), max(1, asked.queries // 2)
    paths: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
        "exact": (_answered, list(drawn.exact(asked.queries))),
        "unfiltered": (_answered, list(drawn.unfiltered(half))),
        "typo": (_answered, list(drawn.mistyped(half))),
        "meaning": (_answered, list(drawn.wishes(half))),
        "suggest": (_suggested, list(drawn.typing(asked.queries))),
        "facets": (_counted, list(drawn.facets(half))),
        "page": (partial(_got, "/search"), list(drawn.exact(half))),
        "api": (partial(_got, "/api/v1/search"), list(drawn.exact(half))),
        "onward": (_next_page, [page for one in drawn.exact(half) if (page := _left(one))]),
    }
    paths = {name: path for name, path in paths.items() if path[1]}  # a small world has no second pages
    told: dict[str, Any] = {}
    encode_sentences(["warm"])
    # a server that has been up for an hour holds the pages that are asked for: other questions come first
    before = World(seed=6)
    usual: dict[str, Sequence[Any]] = {
        "exact": list(before.exact(asked.warm)),
        "typo": list(before.mistyped(asked.warm // 4)),
        "meaning": list(before.wishes(asked.warm // 4)),
        "suggest": list(before.typing(asked.warm // 2)),
        "facets": list(before.facets(asked.warm // 4)),
    }
    for name, questions in usual.items():
        _timed(paths[name][0], questions)
    with _writer(database, asked.changes) as beside:
        for name, (ask, questions) in paths.items():
            for question in questions[:5]:
                ask(question)
            before = _processor_ms()
            times = _timed(ask, questions)
            worked = (_processor_ms() - before) / len(questions)
            # what fills a page that is short has another target than what is exact
            filled = [taken for taken, _, short in times if short] if name == "exact" else []
            told |= _figures("filled", filled) if filled else {}
            times = [one for one in times if name != "exact" or not one[2]] or times
            told |= _figures(name, [taken for taken, *_ in times]) | {f"{name}_cpu_ms": round(worked, 1)}
            if filled:
                print(
                    f"of {len(questions)} exact ones {len(filled)} were short and filled: p95 {told['filled_p95_ms']} ms"
                )
            _print(name, times, told, asked.slow)
    told["writer"] = beside[0] if beside else None
    told["typo_recall"] = _typo_recall(list(drawn.mistyped(half)))
    told["exact_recall"] = _exact_recall(list(drawn.narrow(max(1, asked.queries // 10))))
    told |= cost(asked.cost) if asked.cost else {}
    told["index_mb"] = _sizes()
    first = {
        "queries": asked.queries,
        **{figure: told[f"exact_{figure}"] for figure in ("p50_ms", "p95_ms", "p99_ms")},
    }
    return first | told


def _answered(question: Any) -> Any:
    from events.search.answering import answer
    from events.search.understanding import understand

    read = understand(question.typed, given=question.given, now=world.NOW)
    return answer(read.filter, now=world.NOW, limit=20, offset=question.offset)


@dataclass(frozen=True)
class _Left:
    """A question whose first page was read, up to `place`."""

    typed: str
    given: Any
    wanted: Any
    place: Any
    offset: int = 20


def _left(question: Any) -> _Left | None:
    """The place behind the first page; None where that is all."""
    from events.models import Event
    from events.search.answering import answer
    from events.search.records import Place
    from events.search.understanding import understand

    wanted = understand(question.typed, given=question.given, now=world.NOW).filter
    found = answer(wanted, now=world.NOW, limit=20)
    if not found.has_more or not found.hits:
        return None
    last = Event.objects.only("is_sample", "start_at").get(pk=found.hits[-1].event_id)
    place = Place(
        began=world.NOW,
        is_sample=last.is_sample,
        start_at=last.start_at,
        event_id=last.pk,
        rank=found.hits[-1].rank,
    )
    return _Left(question.typed, question.given, wanted, place)


def _next_page(left: _Left) -> Any:
    from events.search.answering import onward

    return onward(left.wanted, left.place, now=world.NOW, limit=20)


def _suggested(question: Any) -> Any:
    from events.queries.suggesting import suggest

    return suggest(question.typed, city=question.given.city, limit=8, now=world.NOW)


def _counted(question: Any) -> Any:
    from events.search.answering.exact import count_with_facets
    from events.search.understanding import understand

    read = understand(question.typed, given=question.given, now=world.NOW)
    return count_with_facets(read.filter.without("ordering"), now=world.NOW)


def _got(path: str, question: Any) -> Any:
    from django.test import Client

    given = question.given
    values = {
        "q": question.typed if len(question.typed) > 2 else "night",  # the API asks for three letters
        "city": given.city,
        "when": given.when or "",
        "category": "".join(given.categories),
    }
    answer = Client().get(f"{path}?{urlencode({name: value for name, value in values.items() if value})}")
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}: {answer.content[:300]!r}")
    return answer


def _timed(ask: Callable[[Any], Any], questions: Iterable[Any]) -> list[tuple[float, Any, bool]]:
    """Milliseconds of each question, and whether its answer was short of exact events and had to be filled."""
    taken = []
    for question in questions:
        begun = time.perf_counter()
        found = ask(question)
        seconds = time.perf_counter() - begun
        taken.append((seconds * 1000, question, bool(getattr(found, "relaxed", ()))))
    return taken


def _processor_ms() -> float:
    """Milliseconds of processor time of this process and of its server process, without parallel workers."""
    from django.db import connection

    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rsplit(")", 1)[1].split()
    return 1000 * (time.process_time() + (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK"))


def _figures(name: str, times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        f"{name}_p{of}_ms": round(ordered[max(0, -(-len(ordered) * of // 100) - 1)], 1) for of in (50, 95, 99)
    }


def _print(name: str, times: Sequence[tuple[float, Any, bool]], told: dict[str, Any], slow: int) -> None:
    asked = f" (asked {TARGETS[name]})" if name in TARGETS else ""
    p50, p95, p99 = (told[f"{name}_p{of}_ms"] for of in (50, 95, 99))
    print(
        f"{name}: p50 {p50}, p95 {p95}{asked}, p99 {p99} ms; processor time {told[f'{name}_cpu_ms']} ms on the mean; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    for taken, question, _ in sorted(times, key=lambda pair: -pair[0])[:slow]:
        print(
            f"  {taken:.0f} ms {question.typed!r} {question.given.to_json()} from {question.offset}",
            flush=True,
        )


def _typo_recall(questions: Sequence[Any]) -> float:
    """The share of mistyped names that are found: one of the first ten events bears the name, or all its words in its names.

    A tag such as "bicycle" is found by a title with the word, too.
    """
    from django.db.models import Q

    from events.models import EventVocabulary, SearchName, SearchWord

    found = 0
    for question in questions:
        first = [hit.event_id for hit in _answered(question).hits[:10]]
        meant = SearchName.objects.get(pk=question.name_id).folded.split()
        words = list(SearchWord.objects.filter(word__in=meant).values_list("pk", flat=True))
        bears = Q(names__contains=[question.name_id])
        bears |= Q(named__contains=words) if len(words) == len(set(meant)) else Q()
        found += EventVocabulary.objects.filter(bears, pk__in=first).exists()
    return round(found / len(questions), 3)


def _exact_recall(questions: Sequence[Any]) -> float:
    """The share of the events that `events.filters.matches` finds one by one which the exact answers hold."""
    from events.filters import is_over, matches
    from events.models import Event
    from events.public import public_event
    from events.queries import for_api, terms_by_event
    from events.search.answering import answer
    from events.search.understanding import understand

    expected = found = 0
    for question in questions:
        wanted = understand(question.typed, given=question.given, now=world.NOW).filter
        first, last = ((world.NOW + timedelta(days=days)).date() for days in (-3, 9))
        near = Event.objects.filter(
            publication="approved",
            city__slug=wanted.city,
            start_date__lte=last,
            end_date__gte=first,
        )
        events = [public_event(event) for event in for_api(near)]
        terms = terms_by_event([event.pk for event in near])
        right = {
            event["id"]
            for event in events
            if not is_over(event, now=world.NOW)
            and matches(wanted, event, terms=partial(terms.__getitem__, UUID(event["id"])), now=world.NOW)
        }
        hits: set[str] = set()
        offset = 0
        while len(hits) < len(right):
            page = answer(wanted, now=world.NOW, limit=100, offset=offset)
            hits |= {str(hit.event_id) for hit in page.hits if hit.found == "words"}
            offset += 100
            if not page.has_more:
                break
        if hits - right:
            print(f"too much: {question.typed!r} {wanted.to_json()}: {len(hits - right)}", flush=True)
        expected, found = expected + len(right), found + len(hits & right)
    print(f"{expected} events were looked for one by one", flush=True)
    return round(found / expected, 4) if expected else 1.0


def _sizes() -> dict[str, float]:
    """Megabytes of the indexes that search reads, and of its tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, pg_relation_size(c.oid) FROM pg_class c WHERE c.relname IN ('event_approved_city_start', 'event_approved_start',"
            " 'event_approved_category') OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid::regclass::text IN"
            " ('events_eventsearch', 'events_eventvector', 'events_searchname', 'events_searchword', 'events_searchspelling', 'events_eventvocabulary'))"
            " UNION ALL SELECT 'table ' || t, pg_table_size(t::regclass) FROM unnest(ARRAY['events_event', 'events_eventsearch',"
            " 'events_eventvector', 'events_searchname', 'events_eventvocabulary']) t ORDER BY 2 DESC"
        )
        return {name: round(size / 1e6, 1) for name, size in cursor.fetchall()}


@contextmanager
def _writer(database: str, a_second: float) -> Iterator[list[Any]]:
    """Run the writer during the block; its last output is then in the list."""
    told: list[Any] = []
    if not a_second:
        yield told
        return
    command = [sys.executable, "-m", "benchmarks.search", "--beside", database, str(a_second)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as beside:
        assert beside.stdout is not None
        beside.stdout.readline()
        yield told
        said, _ = beside.communicate("stop")
    told.append(json.loads(said.splitlines()[-1]))


if __name__ == "__main__":
    main()
