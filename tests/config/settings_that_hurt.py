"""Every variable of `.env.example`: a value that hurts with the check that names it, or why none can."""

from typing import Final

#: Production does not start.
REFUSED: Final = "refused"

#: The variable, what is given beside it, and what names it.
HURTS: Final[dict[str, list[tuple[dict[str, str], str]]]] = {
    "NOCTURNE_MODE": [({"NOCTURNE_MODE": "prod"}, REFUSED)],
    "SECRET_KEY": [({"SECRET_KEY": "short"}, REFUSED), ({"SECRET_KEY": ""}, REFUSED)],
    "SECRET_KEY_FALLBACKS": [({"SECRET_KEY_FALLBACKS": "short"}, "security.W025")],
    "STAFF_SECOND_FACTOR": [({"STAFF_SECOND_FACTOR": "false"}, "accounts.E010")],
    "JWT_SIGNING_KEY": [({"JWT_SIGNING_KEY": "short"}, "accounts.E004")],
    "JWT_SIGNING_KEY_FALLBACKS": [({"JWT_SIGNING_KEY_FALLBACKS": "short"}, "accounts.E004")],
    "FIELD_ENCRYPTION_KEYS": [
        ({"FIELD_ENCRYPTION_KEYS": ""}, "accounts.E001"),
        ({"FIELD_ENCRYPTION_KEYS": "short"}, "accounts.E002"),
    ],
    "LOOKUP_KEY": [({"LOOKUP_KEY": "short"}, "accounts.E005")],
    "WEB_STATEMENT_SECONDS": [({"WEB_STATEMENT_SECONDS": "0"}, "config.E007"), ({"WEB_STATEMENT_SECONDS": "soon"}, "config.E007")],
    "WEB_LOCK_SECONDS": [({"WEB_LOCK_SECONDS": "0"}, "config.E007")],
    "WORKER_STATEMENT_SECONDS": [({"WORKER_STATEMENT_SECONDS": "1"}, "config.E007")],
    "WORKER_LOCK_SECONDS": [({"WORKER_LOCK_SECONDS": "-1"}, "config.E007")],
    "FETCH_CONCURRENCY": [({"FETCH_CONCURRENCY": "0"}, "config.E007")],
    "PROCESS_CONCURRENCY": [({"PROCESS_CONCURRENCY": "500"}, "config.E007")],
    "POSTGRES_PASSWORD": [({"POSTGRES_PASSWORD": "nocturne"}, "config.W016"), ({"POSTGRES_PASSWORD": "p@ss/word of nocturne"}, "config.E021")],
    "RABBITMQ_PASSWORD": [({"RABBITMQ_PASSWORD": "guest"}, "config.W016")],
    "NOCTURNE_HOST": [({"NOCTURNE_HOST": "www.nocturne.example"}, "config.E022")],
    "PUBLISH": [
        ({"PUBLISH": "8000", "TRUSTED_PROXIES": "172.16.0.0/12"}, "config.W017"),
        ({"PUBLISH": "0.0.0.0:8000", "TRUSTED_PROXIES": "172.16.0.0/12"}, "config.W017"),
    ],
    "PORT": [({"PORT": "0"}, "config.E007"), ({"PORT": "70000"}, "config.E007")],
    "SITE_URL": [({"SITE_URL": "http://nocturne.example"}, REFUSED), ({"SITE_URL": "https://other.example"}, "config.E009")],
    "INDEXNOW_KEY": [({"INDEXNOW_KEY": "no key!"}, REFUSED)],
    "INDEXNOW_URL": [({"INDEXNOW_URL": "http://index.example/"}, "config.W011")],
    "REQUESTS_AT_ONCE": [({"REQUESTS_AT_ONCE": "0"}, "config.E007"), ({"REQUESTS_AT_ONCE": "8"}, "config.E007")],
    "CDN_PURGE_URL": [({"CDN_PURGE_URL": "http://cdn.example/"}, REFUSED)],
    "ALLOWED_HOSTS": [({"ALLOWED_HOSTS": "*"}, REFUSED), ({"ALLOWED_HOSTS": "other.example"}, "config.E009")],
    "LIVE_URL": [({"LIVE_URL": "http://live.example"}, REFUSED)],
    "CSRF_TRUSTED_ORIGINS": [
        ({"CSRF_TRUSTED_ORIGINS": "https://*.example"}, REFUSED),
        ({"CSRF_TRUSTED_ORIGINS": "http://nocturne.example"}, REFUSED),
    ],
    "TRUST_PROXY": [({"TRUST_PROXY": "true", "TRUSTED_PROXIES": ""}, "accounts.W001")],
    "TRUSTED_PROXIES": [({"TRUSTED_PROXIES": "0.0.0.0/0"}, REFUSED), ({"TRUSTED_PROXIES": ""}, "accounts.W001")],
    "SECURE_SSL_REDIRECT": [({"SECURE_SSL_REDIRECT": "false"}, "security.W008")],
    "API_RATE_LIMIT": [({"API_RATE_LIMIT": "0"}, "config.W001")],
    "API_KEY_RATE_LIMIT": [({"API_KEY_RATE_LIMIT": "-1"}, "config.W001")],
    "PAGE_RATE_LIMIT": [({"PAGE_RATE_LIMIT": "0"}, "config.W001")],
    "SEARCH_STEP_SECONDS": [({"SEARCH_STEP_SECONDS": "0"}, "config.E007"), ({"SEARCH_STEP_SECONDS": "60"}, "config.E007")],
    "DATABASE_URL": [({"DATABASE_URL": ""}, REFUSED), ({"DATABASE_URL": "postgresql://u:p@db.example/n"}, "config.W009")],
    "DATABASE_REPLICA_URL": [({"DATABASE_REPLICA_URL": "postgresql://u:p@db.example/n"}, "config.W009")],
    "REDIS_URL": [({"REDIS_URL": "redis://valkey.example:6379/0"}, "config.W010")],
    "BROKER_URL": [({"BROKER_URL": "redis://valkey.example"}, REFUSED), ({"BROKER_URL": "amqp://u:p@rabbit.example:5672/"}, "config.W010")],
    "BROKER_CA_FILE": [({"BROKER_CA_FILE": "/nowhere/ca.pem"}, "config.E019")],
    "PICTURES_BUCKET": [({"PICTURES_BUCKET": "posters", "PICTURES_URL": "http://pictures.example"}, REFUSED)],
    "PICTURES_URL": [({"PICTURES_BUCKET": "posters", "PICTURES_URL": "http://pictures.example"}, REFUSED)],
    "PICTURES_ENDPOINT": [({"PICTURES_ENDPOINT": "http://minio.example", "PICTURES_BUCKET": ""}, "config.W011")],
    "MAP_TILES_URL": [({"MAP_TILES_URL": "http://tiles.example/{z}/{x}/{y}.png"}, REFUSED)],
    "FETCH_MOST_UNDER_WAY": [({"FETCH_MOST_UNDER_WAY": "0"}, "config.E007")],
    "FETCH_PER_HOST": [({"FETCH_PER_HOST": "0"}, "config.E007"), ({"FETCH_PER_HOST": "20"}, "config.E007")],
    "FETCH_ATTEMPTS": [({"FETCH_ATTEMPTS": "0"}, REFUSED)],
    "DNS_SERVERS": [({"DNS_SERVERS": "dns.example"}, "config.E017")],
    "REGISTRATION_MESSAGES_A_DAY": [({"REGISTRATION_MESSAGES_A_DAY": "1000"}, "config.E007")],
    "REGISTRATION_MESSAGES_REVIEWED": [({"REGISTRATION_MESSAGES_REVIEWED": "-1"}, "config.E007")],
    "EGRESS_ALLOW_LOOPBACK": [({"EGRESS_ALLOW_LOOPBACK": "true"}, REFUSED)],
    "EGRESS_ALLOWED_PORTS": [
        ({"EGRESS_ALLOWED_PORTS": "22,80,443"}, REFUSED),
        ({"EGRESS_ALLOWED_PORTS": "70000"}, REFUSED),
    ],
    "PROXY_URL": [({"PROXY_URL": "http://u:p@proxy.example:3128"}, "config.W011")],
    "PROXY_URLS": [({"PROXY_URLS": "http://u:p@proxy.example:3128"}, "config.W011")],
    "CRAWL_MAX_MB": [({"CRAWL_MAX_MB": "0"}, "config.E007")],
    "CRAWL_MAX_SECONDS": [({"CRAWL_MAX_SECONDS": "0"}, "config.E007"), ({"CRAWL_MAX_SECONDS": "4000"}, "config.E007")],
    "CHROMIUM_SANDBOX": [({"CHROMIUM_SANDBOX": "false"}, "config.W002")],
    "CONTACT_EMAIL": [({"CONTACT_EMAIL": ""}, "config.W014")],
    "GEOCODER": [({"GEOCODER": "google"}, REFUSED), ({"GEOCODER": "somebody"}, REFUSED)],
    "GEOCODER_URL": [({"GEOCODER_URL": "http://geo.example"}, "config.W011")],
    "EMAIL_PORT": [({"EMAIL_PORT": "0"}, "config.E007")],
    "EMAIL_USE_TLS": [({"EMAIL_USE_TLS": "false"}, "config.W007")],
    "EMAIL_USE_SSL": [({"EMAIL_USE_SSL": "true"}, "config.E013")],
    "EMAIL_BACKEND": [({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "mail.E003")],
    "MAIL_PROVIDERS": [({"MAIL_PROVIDERS": "digests.mailbox.MailboxBackend"}, "mail.E003"), ({"MAIL_PROVIDERS": "pigeon"}, "mail.E001")],
    "MAIL_TRANSACTIONAL_PROVIDERS": [({"MAIL_TRANSACTIONAL_PROVIDERS": "django.core.mail.backends.dummy.EmailBackend"}, "mail.E003")],
    "MAIL_DIGEST_PROVIDERS": [({"MAIL_DIGEST_PROVIDERS": "django.core.mail.backends.locmem.EmailBackend"}, "mail.E003")],
    "MAIL_POSTAL_ADDRESS": [({"MAIL_POSTAL_ADDRESS": ""}, "mail.E002")],
    "MAIL_RATE": [({"MAIL_RATE": "0"}, "config.E007")],
    "MAIL_RATES": [({"MAIL_RATES": "smtp=0"}, "config.E007")],
    "MAIL_CAMPAIGN_LEAST": [({"MAIL_CAMPAIGN_LEAST": "0"}, "config.E007")],
    "DEFAULT_FROM_EMAIL": [({"DEFAULT_FROM_EMAIL": ""}, "config.W013"), ({"DEFAULT_FROM_EMAIL": "x@localhost"}, "config.W013")],
    "ERASURE_WEBHOOKS": [({"ERASURE_WEBHOOKS": "http://crm.example/erased"}, REFUSED)],
    "ERASURE_WEBHOOK_SECRET": [
        ({"ERASURE_WEBHOOKS": "https://crm.example/erased", "ERASURE_WEBHOOK_SECRET": "secret"}, REFUSED),
        ({"ERASURE_WEBHOOKS": "https://crm.example/erased", "ERASURE_WEBHOOK_SECRET": "whsec_c2hvcnQ="}, "config.E012"),
    ],
    "SUBSCRIPTION_UNCONFIRMED_DAYS": [({"SUBSCRIPTION_UNCONFIRMED_DAYS": "0"}, "config.E007")],
    "SUBSCRIPTION_UNSUBSCRIBED_DAYS": [({"SUBSCRIPTION_UNSUBSCRIBED_DAYS": "0"}, "config.E007")],
    "DIGEST_WEEKDAY": [({"DIGEST_WEEKDAY": "someday"}, REFUSED)],
    "DIGEST_HOUR": [({"DIGEST_HOUR": "24"}, REFUSED)],
    "DIGEST_EVENTS": [({"DIGEST_EVENTS": "0"}, REFUSED)],
    "CONSENT_MONTHS": [({"CONSENT_MONTHS": "0"}, "config.E007")],
    "CONSENT_ANSWER_DAYS": [({"CONSENT_ANSWER_DAYS": "-1"}, "config.E007")],
    "REPORTS_URGENT_WEIGHT": [({"REPORTS_URGENT_WEIGHT": "0"}, "config.E007")],
    "FOLLOW_DAYS": [({"FOLLOW_DAYS": "0"}, "config.E007")],
    "OPT_OUT_DAYS": [({"OPT_OUT_DAYS": "0"}, "config.E007"), ({"OPT_OUT_DAYS": "90"}, "config.E007")],
    **{name: [({name: "0"}, "config.E005")] for name in (
        "PAYLOAD_RETENTION_DAYS", "MAIL_LOG_DAYS", "WEBHOOKS_LOG_DAYS", "WEBHOOKS_BACKLOG_DAYS", "REPORTS_KEPT_DAYS", "LIVE_RETENTION_DAYS", "ALERT_LOG_DAYS",
    )},
    "OPERATOR_EMAILS": [({"OPERATOR_EMAILS": ""}, "config.W004"), ({"OPERATOR_EMAILS": "on call"}, "config.E014")],
    "SLACK_WEBHOOK_URL": [({"SLACK_WEBHOOK_URL": "http://hooks.example/1"}, REFUSED)],
    "PAGERDUTY_URL": [({"PAGERDUTY_URL": "http://events.example"}, REFUSED)],
    "HEARTBEAT_URL": [({"HEARTBEAT_URL": ""}, "config.W005"), ({"HEARTBEAT_URL": "http://beats.example/1"}, "config.W011")],
    "OPERATOR_WEBHOOK_URL": [({"OPERATOR_WEBHOOK_URL": "http://ops.example", "OPERATOR_WEBHOOK_SECRET": "whsec_" + "A" * 32}, REFUSED)],
    "OPERATOR_WEBHOOK_SECRET": [({"OPERATOR_WEBHOOK_URL": "https://ops.example", "OPERATOR_WEBHOOK_SECRET": "whsec_!"}, "config.E012")],
    "VAPID_PRIVATE_KEY": [({"VAPID_PRIVATE_KEY": "key"}, REFUSED)],
    "VAPID_SUBJECT": [({"VAPID_PRIVATE_KEY": "A" * 42 + "E", "VAPID_SUBJECT": "push@nocturne.example"}, "config.E015")],
    "LIVE_ENGINE": [({"LIVE_ENGINE": "nchan"}, "config.E016"), ({"LIVE_ENGINE": "nats"}, "config.E016")],
    "LIVE_NCHAN_URL": [({"LIVE_ENGINE": "nchan", "LIVE_NCHAN_URL": "http://nginx.example:8081"}, "config.W011")],
    "WEBHOOKS_ALLOW_HTTP": [({"WEBHOOKS_ALLOW_HTTP": "true"}, REFUSED)],
    "LIVE_CONNECTIONS_PER_ADDRESS": [({"LIVE_CONNECTIONS_PER_ADDRESS": "0"}, "config.W001")],
    "LIVE_CONNECTIONS_PER_USER": [({"LIVE_CONNECTIONS_PER_USER": "0"}, "config.W001")],
    "LIVE_MESSAGES_PER_ADDRESS": [({"LIVE_MESSAGES_PER_ADDRESS": "0"}, "config.W001")],
    "LIVE_RETURN_SECONDS": [({"LIVE_RETURN_SECONDS": "-1"}, "config.E007")],
    "LIVE_SILENCE_SECONDS": [({"LIVE_SILENCE_SECONDS": "0"}, "config.E007")],
    "PIPELINE_BATCH_SIZE": [({"PIPELINE_BATCH_SIZE": "0"}, "config.E007")],
    "STEP_SECONDS_PER_RECORD": [({"STEP_SECONDS_PER_RECORD": "0"}, "config.E007")],
    "READ_SECONDS_PER_PAYLOAD": [({"READ_SECONDS_PER_PAYLOAD": "0"}, "config.E007")],
    "DEDUP_THRESHOLD": [({"DEDUP_THRESHOLD": "2"}, REFUSED), ({"DEDUP_THRESHOLD": "0.1"}, "config.W015")],
    **{f"QUALITY_{name}": [({f"QUALITY_{name}": "much"}, REFUSED)] for name in (
        "COMPLETENESS", "FORMAT", "BUSINESS_LOGIC", "GEOGRAPHY", "CONTENT", "OVERALL",
    )},
    "AI_EXTRACTOR_URL": [({"AI_EXTRACTOR_URL": "http://ai.example", "AI_EXTRACTOR_MODEL": "m"}, REFUSED)],
    "AI_EXTRACTOR_MODEL": [({"AI_EXTRACTOR_URL": "https://ai.example", "AI_EXTRACTOR_MODEL": ""}, REFUSED)],
    "AI_EXTRACTOR_MOST_PER_RUN": [({"AI_EXTRACTOR_MOST_PER_RUN": "-1"}, "config.E007")],
    "AI_EXTRACTOR_MOST_PER_DAY": [({"AI_EXTRACTOR_MOST_PER_DAY": "0"}, "config.E007")],
    "BACKUP_TO": [({"BACKUP_TO": ""}, "config.W006"), ({"BACKUP_RECIPIENTS": ""}, "config.E001")],
    "BACKUP_ENDPOINT": [({"BACKUP_ENDPOINT": "http://minio.example:9000"}, "config.W011")],
    "BACKUP_RECIPIENTS": [({"BACKUP_RECIPIENTS": ""}, "config.E001"), ({"BACKUP_RECIPIENTS": "somebody"}, "config.E018")],
    "BACKUP_IDENTITY": [({"BACKUP_IDENTITY": "AGE-SECRET-KEY-1"}, "config.W003")],
    "BACKUP_KEEP_DAYS": [({"BACKUP_KEEP_DAYS": "0"}, REFUSED)],
    "LOG_LEVEL": [({"LOG_LEVEL": "DEBUG"}, "config.W008"), ({"LOG_LEVEL": "error"}, "config.W012")],
    "METRICS_TOKEN": [({"METRICS_TOKEN": "short"}, "config.E004")],
    "SENTRY_DSN": [({"SENTRY_DSN": "http://key@sentry.example/1"}, "config.W011")],
    "SENTRY_TRACES": [({"SENTRY_TRACES": "2"}, "config.E007")],
    "OTEL_EXPORTER_OTLP_ENDPOINT": [({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.example:4318"}, "config.W011")],
    "OTEL_TRACES_SAMPLER_ARG": [({"OTEL_TRACES_SAMPLER_ARG": "2"}, REFUSED)],
}  # fmt: skip

_ID: Final = (
    "an identity at somebody else's: wrong, they refuse it, and its sources, sign-in or service say so"
)
_TEXT: Final = "a text that is shown, or a name"
_PATH: Final = "a path; `doctor` says whether it can be read and written"
_SPEED: Final = "on or off, all answers stay the same"
_PROCFILE: Final = (
    "given by the Procfile to each process, whose own variable has a case above; 0 is none for commands"
)
_BUILD: Final = "names the requirements of an image: wrong, it is not built"
_TESTS: Final = "read by tests alone"
HARMLESS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("NOCTURNE_VAR", "AUDIT_CHECKPOINTS", "NOCTURNE_PULSE", "CHROMIUM_PATH"), _PATH
    ),
    "DEBUG": "production never takes it",
    "HOST": "where it listens; a container has to listen everywhere",
    **dict.fromkeys(("SITE_NAME", "MAP_TILES_CREDIT", "USER_AGENT", "CACHE_PREFIX", "LOG_FORMAT"), _TEXT),
    **dict.fromkeys(("PAGE_CACHE", "SERVICE_WORKER", "DATABASE_POOL", "CHECK_MAIL_DOMAINS", "BACKUP_WAL"), _SPEED),
    **dict.fromkeys(
        ("GOOGLE_LOGIN_CLIENT_ID", "GOOGLE_LOGIN_SECRET", "GITHUB_LOGIN_CLIENT_ID", "GITHUB_LOGIN_SECRET", "CDN_PURGE_TOKEN", "FIRECRAWL_API_KEY",
         "HYPERBROWSER_API_KEY", "EVENTBRITE_API_KEY", "TICKETMASTER_API_KEY", "MEETUP_API_KEY", "LUMA_API_KEY", "FACEBOOK_ACCESS_TOKEN",
         "FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET", "INSTAGRAM_ACCESS_TOKEN", "INSTAGRAM_USER_ID", "GOOGLE_PLACES_API_KEY", "YELP_API_KEY",
         "SEATGEEK_CLIENT_ID", "SONGKICK_API_KEY", "BANDSINTOWN_APP_ID", "OPENWEATHERMAP_API_KEY", "OPENAGENDA_API_KEY", "LOCALIST_API_KEY",
         "GEOCODER_KEY", "EMAIL_HOST", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "SENDGRID_API_KEY", "PAGERDUTY_ROUTING_KEY", "AI_EXTRACTOR_KEY",
         "OTEL_EXPORTER_OTLP_HEADERS", "BACKUP_REGION", "PICTURES_REGION"),
        _ID,
    ),
    "DATABASE_AWAY_SECONDS": "below a tenth of a second it counts as that (config/env.py)",
    **dict.fromkeys(("DATABASE_STATEMENT_SECONDS", "DATABASE_LOCK_SECONDS"), _PROCFILE),
    "REQUIREMENTS": _BUILD,
    **dict.fromkeys(("NOCTURNE_TEST_DB", "NOCTURNE_TEST_PROCESSES", "NOCTURNE_KEEP_SERVICES"), _TESTS),
}  # fmt: skip

_NGINX: Final = "in templates of nginx: `nginx -t` of the guides refuses what it cannot read, and the application has limits of its own"
#: What files of deploy/ are filled with beside that: nothing of it reaches the application.
FILLED_IN: Final[dict[str, str]] = dict.fromkeys(
    ("NOCTURNE_ACCESS_LOG", "NOCTURNE_APP", "NOCTURNE_CERTIFICATES", "NOCTURNE_CHALLENGES", "NOCTURNE_ENGINE", "NOCTURNE_HTTP", "NOCTURNE_HTTPS",
     "NOCTURNE_LIMITS", "NOCTURNE_LISTEN", "NOCTURNE_PER_ADDRESS", "NOCTURNE_SLOW_SECONDS"),
    _NGINX,
)  # fmt: skip
