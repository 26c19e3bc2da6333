"""Which process loads which models: the workers of the process queue all of them before they fork.

The web process none of the large ones.
"""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from config import celery as celery_app
from pipeline import preload as warming

#: Serves one page in a process of its own, then names what of the pipeline's models was loaded. Without a
#: database the page is an error page.
_SERVE = """
import asyncio, os, sys
os.environ.update(NOCTURNE_MODE="test", LOG_LEVEL="CRITICAL")
from config.asgi import application
from asgiref.testing import ApplicationCommunicator
async def ask(path):
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", b"localhost")], "http_version": "1.1", "scheme": "http"}
    talk = ApplicationCommunicator(application, scope)
    await talk.send_input({"type": "http.request", "body": b""})
    return (await talk.receive_output(30))["status"]
print(asyncio.run(ask("/healthz")))
from importlib import import_module
def loaded(module, name):
    return module in sys.modules and getattr(sys.modules[module], name).cache_info().currsize > 0
heavy = [name for name in ("spacy", "thinc", "py3langid.langid", "numpy", "scipy", "rich") if sys.modules.get(name)]
models = (("pipeline.refinement.categories.model", "categorizer"), ("pipeline.encoder", "_encoder"), ("pipeline.matching.score", "default_model"))
print(*heavy, *[f"{module}.{name}" for module, name in models if loaded(module, name)])
"""


def test_the_web_process_loads_none_of_the_pipelines_models() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SERVE], capture_output=True, text=True, check=True, timeout=120
    )
    status, loaded = done.stdout.splitlines()[-2:]
    assert status == "200"
    assert loaded == ""


class Worker:
    def __init__(self, hostname: str) -> None:
        self.hostname = hostname


@pytest.mark.parametrize(("hostname", "times"), [("process@here", 1), ("fetch@here", 0)])
def test_the_process_worker_loads_every_model_before_it_forks(
    monkeypatch: pytest.MonkeyPatch, hostname: str, times: int
) -> None:
    calls: list[None] = []
    monkeypatch.setattr(warming, "warm", lambda: calls.append(None))
    celery_app.load_models(sender=Worker(hostname))
    assert len(calls) == times


class Task:
    def __init__(self, *, is_eager: bool) -> None:
        self.request = SimpleNamespace(is_eager=is_eager)


def test_memory_is_given_back_after_a_task_that_took_much(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, given = [0], list[int]()
    monkeypatch.setattr(celery_app, "_taken", lambda: taken[0])
    monkeypatch.setattr(celery_app, "_given_back", [0])
    monkeypatch.setattr(celery_app, "let_go", lambda: given.append(taken[0]))
    for taken[0], is_eager in (
        (celery_app.MUCH, False),
        (celery_app.MUCH + 1, True),
        (celery_app.MUCH + 2, False),
    ):
        celery_app.rest(sender=Task(is_eager=is_eager))
    taken[0] += celery_app.MUCH
    celery_app.rest(sender=Task(is_eager=False))
    assert given == [celery_app.MUCH + 2]
