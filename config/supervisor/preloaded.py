"""Django and the workers' modules, loaded once in the supervisor: its processes are forked from it and share that memory.

Six processes that each load the site need some 100 MB more each and five times the processor time of a start
(docs/decisions/0150-processes-are-forked-from-a-loaded-supervisor.md). The supervisor uses none of what it
loads: it opens no connection and starts no thread.
"""

import gc
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

from config.supervisor.children import STOP_SIGNALS, die_with_parent
from config.supervisor.programs import Program

#: What the workers and beat import when they start; the web process starts before.
_OF_WORKERS = (
    "config.celery",
    "config.schedule",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.events",
    "celery.app.log",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.beat",
    "celery.concurrency.prefork",
    "celery.concurrency.thread",
    "celery.events.receiver",
    "celery.events.state",
    "celery.worker.autoscale",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.worker.strategy",
    "celery.worker.worker",
    "cffi.cparser",  # billiard's children declare a function by it
    "django.core.cache.backends.redis",
    "kombu.transport.redis",
    "operations.watch.thread",
)


class Forked:
    """A child that was forked, with the parts of `subprocess.Popen` that the supervisor uses."""

    def __init__(self, pid: int, stdout: IO[bytes]) -> None:
        self.pid, self.stdout = pid, stdout
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, -N after signal N; None while it runs."""
        return self._waited(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end. Returns its exit code."""
        code = self._waited(0)
        assert code is not None
        return code

    def terminate(self) -> None:
        """Send SIGTERM."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def _waited(self, how: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, how)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code


class Preloaded:
    """The site in this process. `env` is what was loaded with."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Load it. Raises what a wrong setting raises."""
        _set_environment({"DJANGO_SETTINGS_MODULE": "config.settings", **env})
        with _kept_for_ever():
            import django  # noqa: PLC0415 - slow, and not what `--help` needs

            django.setup()
            from django.urls import get_resolver  # noqa: PLC0415 - as above

            # all views: they are the web process's, and beat and the notifier make addresses
            get_resolver().reverse_dict  # noqa: B018 - reading it loads them
        self._for_workers = False

    def load_workers(self) -> None:
        """Load what the workers and beat use, once."""
        if not self._for_workers:
            self._for_workers = True
            with _kept_for_ever():
                for name in _OF_WORKERS:
                    import_module(name)
                from config.celery import app  # noqa: PLC0415 - as above

                app.loader.import_default_modules()
                app.finalize()
                _relate_models()

    def can_fork(self) -> bool:
        """Whether nothing that was loaded has started a thread, as a tracer or Sentry's client may."""
        return threading.active_count() == 1

    def fork(self, program: Program, *, env: Mapping[str, str], cwd: Path) -> Forked:
        """Run the program in a child with a session of its own, that ends with this process."""
        theirs, ours = os.pipe()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        parent = os.getpid()
        if (pid := os.fork()) == 0:
            self._become(program, ours, env=env, cwd=cwd, parent=parent)
        os.close(ours)
        return Forked(pid, os.fdopen(theirs, "rb", buffering=0))

    def _become(
        self, program: Program, output: int, *, env: Mapping[str, str], cwd: Path, parent: int
    ) -> NoReturn:
        """Never returns: nothing of the supervisor may go on in the child, neither its `finally` nor its exit."""
        code = 1
        try:
            for sign in STOP_SIGNALS:
                signal.signal(sign, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.setsid()
            die_with_parent()
            if os.getppid() != parent:  # it ended before the kernel was asked
                os._exit(128 + signal.SIGTERM)
            self._redirect(output)
            os.chdir(cwd)
            os.environ.update({**env, **program.env})  # what the modules set when they were loaded stays
            _show_as(program)
            _bound_database()
            program.run()
            code = 0
        except SystemExit as end:
            code = _told(end)
        except BaseException:
            traceback.print_exc()
        finally:
            _end(code)

    def _redirect(self, output: int) -> None:
        """Standard input is empty, output goes to the supervisor; its other files are closed, its locks with them: what is loaded opens none."""
        empty = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((empty, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        for number in _open_files() - {0, 1, 2}:
            try:
                os.close(number)
            except OSError:  # the one that listed them
                continue
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives with the process
        for name, number in (("stdout", 1), ("stderr", 2)):
            stream = open(  # noqa: SIM115 - as above
                number, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
            )
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def loaded(env: Mapping[str, str]) -> Preloaded | None:
    """The site, loaded with this environment; None where a process must load it itself.

    So where the system cannot fork safely, and where a setting is wrong (the process then says which).
    """
    if sys.platform != "linux":
        return None
    if os.geteuid() == 0:  # a fresh machine and a container have no other user; Celery warns at length
        warnings.filterwarnings("ignore", "You're running the worker with superuser privileges")
    import setproctitle  # noqa: PLC0415 - Linux only; it looks for the environment's place in memory, so before that changes

    setproctitle.getproctitle()
    before = dict(os.environ)
    try:
        return Preloaded(env)
    except Exception:  # whatever it is, the first process will say it
        _set_environment(before)
        return None


@contextmanager
def _kept_for_ever() -> Iterator[None]:
    """For imports: what they make stays, so nothing of it is looked through for garbage.

    That took a third of the time of a start. The children's collector leaves these objects alone as well, so
    that their memory stays shared.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _relate_models() -> None:
    """Find what points at each model, and the fields by name: each process would at its first query, for itself."""
    from django.apps import apps  # noqa: PLC0415 - as above

    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        options.get_fields()
        options.fields_map  # noqa: B018 - reading it fills it, and so the others


def _set_environment(env: Mapping[str, str]) -> None:
    """Make this the whole environment of this process. What stays is there at every moment: another thread may start a program."""
    for name in os.environ.keys() - env.keys():
        del os.environ[name]
    os.environ.update(env)


def _open_files() -> set[int]:
    return {int(name) for name in os.listdir("/proc/self/fd")}


def _show_as(program: Program) -> None:
    """Show the command's words in `ps`."""
    from setproctitle import setproctitle  # noqa: PLC0415 - Linux only here

    setproctitle(" ".join([sys.executable, *program.words]))


def _bound_database() -> None:
    """Set the database's options anew: they come from the process's own environment."""
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.db import connections  # noqa: PLC0415

    from config import env as environment  # noqa: PLC0415

    for alias, options in environment.databases(
        environment.read(settings.BASE_DIR), settings.VAR_DIR
    ).items():
        settings.DATABASES[alias].clear()
        settings.DATABASES[alias].update(options)
        del connections[alias]
    connections.configure_settings(settings.DATABASES)


def _told(end: SystemExit) -> int:
    """The exit code that Python makes of it, its text printed."""
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


def _end(code: int) -> NoReturn:
    """End as an interpreter does: threads first, then what was registered for the exit."""
    import atexit  # noqa: PLC0415

    try:
        # as multiprocessing does in its children: pools of threads are told to end before they are waited for
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    finally:
        os._exit(code & 0xFF)
