# Nocturne. `make run` brings it up, `make test` checks all of it; `make` alone lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PY := .venv/bin/python

# The first Python that is new enough. Set PYTHON to choose another.
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
endif

# Images of Python often forbid to keep bytecode; each process would then compile 2,800 modules at every start.
export PYTHONDONTWRITEBYTECODE :=
# glibc keeps a pool of memory for each thread, up to eight a core: with two, all of `make run` needs 40 MB less.
export MALLOC_ARENA_MAX ?= 2

.PHONY: help run dev setup setup-s3 setup-dev python test test-fast lint types audit sbom image-digests chaos chaos-live chaos-mail chaos-all hostile api-fuzz messages screenshots bench bench-all requirements clean
.PHONY: health logs stats init-secrets check-deploy

help: ## this list
	@echo "Nocturne: make TARGET [PORT=8000] [HOST=127.0.0.1]"
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-16s %s\n", $$1, $$2 }'

run: setup ## everything up at http://127.0.0.1:8000, Ctrl-C stops it
	@exec $(PY) -m config.supervisor --with-parent

dev: setup-dev ## the same, starting anew when the source changes
	@exec $(PY) -m config.supervisor --with-parent --dev

setup: python ## the environment in .venv/, nothing started
	@$(PYTHON) deploy/bootstrap.py

setup-s3: python ## the environment with what pictures in a bucket (PICTURES_BUCKET) need
	@$(PYTHON) deploy/bootstrap.py --s3

setup-dev: python ## the environment with what tests and checks need
	@$(PYTHON) deploy/bootstrap.py --dev

python:
	@test -n "$(PYTHON)" || { echo "nocturne: needs Python 3.11 or newer, found $$(python3 --version 2>/dev/null || echo none); install one, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }

test: setup-dev ## all tests, with the gate on coverage; ARGS="tests/events -k name" runs some
	@exec $(PY) -m tests $(ARGS)

test-fast: setup-dev ## the tests without browsers, chaos, benchmarks, long walks and most of the hostile texts; no gate
	@exec $(PY) -m tests --fast $(ARGS)

lint: setup-dev ## format, lint rules, layers
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -c 'import sys; from importlinter.cli import lint_imports_command; sys.argv[0] = "lint-imports"; lint_imports_command()'

types: setup-dev ## mypy, strict
	@$(PY) -m mypy .

audit: setup-dev ## packages' known weaknesses and licences, what is declared and used, secrets; ARGS=--write writes docs/third-parties.md
	@exec $(PY) -m deploy.audit $(ARGS)

sbom: setup ## what the installation is made of, as CycloneDX in var/sbom/; ARGS="--requirements requirements.txt --output FILE"
	@exec $(PY) -m deploy.sbom $(ARGS)

image-digests: setup-dev ## write the digests of the images into Dockerfile and docker-compose.yml, where their registries answer
	@exec $(PY) -m deploy.images $(ARGS)

chaos: setup-dev ## kill -9 of a worker in 200 runs, and what must hold after; SEED=1 CHAOS_RUNS=200
	@CHAOS_RUNS=$${CHAOS_RUNS:-200} exec $(PY) -m pytest tests/sources/test_chaos.py -q -s -p no:logging

chaos-live: setup-dev ## services and live servers killed under readers, 2,000 of them; SEED=1
	@CHAOS_FULL=1 CHAOS_SECONDS=$${CHAOS_SECONDS:-5} exec $(PY) -m pytest tests/realtime/chaos -q -s -p no:logging

chaos-mail: setup-dev ## senders of mail killed 200 times over 500 subscribers, over SMTP and over an API; SEED=1
	@CHAOS_KILLS=$${CHAOS_KILLS:-200} CHAOS_MAILS=$${CHAOS_MAILS:-500} exec $(PY) -m pytest tests/mail/test_chaos.py -q -s -p no:logging

chaos-all: setup-dev ## everything that is broken on purpose and must hold, the drill of a lost machine too; ARGS="--only drill"
	@exec $(PY) -m tests.chaos_all $(ARGS)

screenshots: setup-dev ## take the pictures of the public pages in docs/screenshots/ anew, of a fresh installation
	@exec $(PY) -m tests.site_pictures $(ARGS)

hostile: setup-dev ## every hostile text at every reader, the slow ones too (some 20 minutes)
	@HOSTILE_FULL=1 exec $(PY) -m pytest tests/hostile tests/config/test_hostile_requests.py -q

api-fuzz: setup-dev ## Schemathesis over the whole schema of the API, against a site of its own (10 examples took a quarter of an hour); ARGS="--examples 10 --seed 18"
	@exec $(PY) -m tests.fuzzing $(ARGS)

messages: setup-dev ## collect the marked texts into locale/ and compile them; ARGS=--check only compares
	@NOCTURNE_MODE=test exec $(PY) -W ignore::RuntimeWarning manage.py messages $(ARGS)

bench: setup-dev ## processor time of a short set beside the last tag's; more than a tenth above fails; ARGS="--with COMMIT --pairs 4"
	@exec $(PY) -m benchmarks.compare $(ARGS)

bench-all: setup-dev ## all benchmarks; each ends with one line of JSON; ARGS="match pages" runs some
	@exec $(PY) -m benchmarks $(ARGS)

load-test: setup-dev ## a thousand readers at once, uvicorn beside them; ARGS="--events 100000 --seconds 60"
	@exec $(PY) -m benchmarks.load_test $(ARGS)

health: setup ## whether the running site answers, and its parts are ready; in containers, where compose runs them
	@if docker compose ps --quiet web 2>/dev/null | grep -q .; then exec docker compose exec web python -m deploy.health; else exec $(PY) -m deploy.health; fi

logs: ## the logs of containers or units, and what comes; `make run` shows them itself. ARGS="--since 1h"
	@if docker compose ps --quiet 2>/dev/null | grep -q .; then exec docker compose logs --follow --tail 200 $(ARGS); \
	elif systemctl is-enabled --quiet nocturne.target 2>/dev/null; then exec journalctl --follow --lines 200 --unit 'nocturne*' $(ARGS); \
	else echo "nocturne: neither containers nor units run here; make run shows its lines where it was started" >&2; exit 1; fi

stats: setup ## what this installation holds and does; ARGS=--json
	@if docker compose ps --quiet web 2>/dev/null | grep -q .; then exec docker compose exec web python manage.py stats $(ARGS); else exec $(PY) manage.py stats $(ARGS); fi

check-deploy: setup-dev ## manifests, Terraform, Dockerfile and workflows by their checkers, which get an environment of their own; needs kubectl
	@exec $(PY) -m deploy.checks

init-secrets: setup ## write the secrets that .env lacks, and show only their names
	@exec $(PY) -m deploy.init_secrets

requirements: setup-dev ## compile requirements*.in anew, for all Pythons from 3.11
	@$(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	@$(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-s3.in -o requirements-s3.txt
	@$(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt

clean: ## stop the services and remove what was made, data included
	@if [ -x $(PY) ]; then $(PY) manage.py services stop; NOCTURNE_VAR=var/test $(PY) manage.py services stop; fi
	@rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
