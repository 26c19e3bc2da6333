"""All settings, from the environment, by topic.

Nothing needs to be set for a first run; `.env.example` lists every variable.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.functional import lazy

from config import bounds, broker_settings, embedded, logs, pictures, quality, sentry, tiles
from config import env as environment
from config.env import Mode
from languages import codes as languages
from pipeline.unpacked import keep_in

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.read(BASE_DIR)

# --- Mode -----------------------------------------------------------------------------------------------------------------------------

try:
    MODE = Mode(env.str("NOCTURNE_MODE", default="local"))
except ValueError as error:
    raise ImproperlyConfigured(f"NOCTURNE_MODE: {error}. Use local, test or production.") from error
PRODUCTION = MODE is Mode.PRODUCTION
VAR_DIR = Path(env.str("NOCTURNE_VAR", default=str(BASE_DIR / "var")))
keep_in(VAR_DIR / "models")  # unpacked copies of models


def _reversed(name: str) -> str:
    # here, because it imports Django's models and forms, which short commands do not need
    from django.urls import reverse  # noqa: PLC0415

    return reverse(name)


_address = lazy(_reversed, str)


def required(name: str) -> str:
    """A variable that production requires."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} must be set when NOCTURNE_MODE=production (see .env.example).")
    return value


DEBUG = not PRODUCTION and env.bool("DEBUG", default=MODE is Mode.LOCAL)
SECRET_KEY = (
    required("SECRET_KEY")
    if PRODUCTION
    else env.str("SECRET_KEY", default="") or environment.local_secret(VAR_DIR)
)
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "SECRET_KEY is too short: use at least 50 random characters (python -c 'import secrets; print(secrets.token_urlsafe(48))')."
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
#: The key that signs tokens of the API, and former ones, which still verify; by default derived from the
#: secret keys.
JWT_SIGNING_KEY = env.str("JWT_SIGNING_KEY", default="") or environment.token_key(SECRET_KEY)
JWT_SIGNING_KEY_FALLBACKS = env.list("JWT_SIGNING_KEY_FALLBACKS", default=[]) or [
    environment.token_key(key) for key in SECRET_KEY_FALLBACKS
]
#: Keys that encrypt personal data at rest, newest first; the secret key by default.
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", default=[]) or [SECRET_KEY, *SECRET_KEY_FALLBACKS]
#: The key of the hashes by which addresses are looked up. It is never rotated, since hashes cannot be
#: recomputed.
LOOKUP_KEY = env.str("LOOKUP_KEY", default="") or FIELD_ENCRYPTION_KEYS[-1]

#: The file to which checkpoints of the log are appended, outside the database (docs/audit-log.md).
AUDIT_CHECKPOINTS = env.str("AUDIT_CHECKPOINTS", default=str(VAR_DIR / "audit" / "checkpoints.ndjson"))

# --- Addresses ------------------------------------------------------------------------------------------------------------------------

HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
SITE_URL = (
    required("SITE_URL") if PRODUCTION else env.str("SITE_URL", default=f"http://127.0.0.1:{PORT}")
).rstrip("/")
if PRODUCTION and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must start with https:// when NOCTURNE_MODE=production.")
SITE_NAME = env.str("SITE_NAME", default="Nocturne")
ALLOWED_HOSTS = (
    [name.strip() for name in required("ALLOWED_HOSTS").split(",") if name.strip()]
    if PRODUCTION
    else env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
)
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name the hosts, '*' is refused when NOCTURNE_MODE=production."
    )
LIVE_URL = env.str("LIVE_URL", default="")
#: Saved events can be read offline; off, /sw.js deletes the worker and what it kept on devices that have it.
SERVICE_WORKER = env.bool("SERVICE_WORKER", default=True)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

# --- Applications ---------------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "config.apps.ConfigConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    # before accounts, which takes their tables out of the admin
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_structlog",
    "pgtrigger",
    "csp",
    "audit",
    "flags",
    "languages",
    "texts",
    "egress",
    "outbox",
    "accounts",
    "mail",
    "places",
    "events",
    "registrations",
    "personal",
    "saved_searches",
    "moderation",
    "notices",
    "sources",
    "realtime",
    "digests",
    "webhooks",
    "insights",
    "ratings",
    "galleries",
    "organizers",
    "operations",
]

MIDDLEWARE = [
    "config.middleware.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.RequestIdMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "config.middleware.PageMethodsMiddleware",
    "config.api.middleware.ApiMiddleware",
    "operations.middleware.CountMiddleware",
    "config.own_writes.OwnWritesMiddleware",
    "config.page_cache.PageCacheMiddleware",
    "config.failures.LineMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "languages.middleware.LanguageMiddleware",
    "config.maintenance.MaintenanceMiddleware",
    "config.wellformed.WellFormedMiddleware",
    "config.api.answers.ApiAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.staff.middleware.SecondFactorMiddleware",
    "accounts.middleware.StaffSessionMiddleware",
    "accounts.middleware.LoginMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "config.page_limits.PageLimitMiddleware",
    "config.failures.FailureMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
                "notices.context.own_notices",
                "flags.context.features",
                "accounts.site.context.ways_in",
            ]
        },
    }
]

# --- Database, cache, broker
# ----------------------------------------------------------------------------------------------------------

#: psycopg's pool is only for the ASGI process, which the supervisor and the images mark (decisions/0002). With
#: DATABASE_REPLICA_URL lists, pages, search and the reads of the API come from a streaming replica (docs/replicas.md).
DATABASES = environment.databases(env, VAR_DIR)
if PRODUCTION:
    required("DATABASE_URL")
if "replica" in DATABASES:
    DATABASE_ROUTERS = ["outbox.replica.Router"]
if os.environ.get("NOCTURNE_TEST_DB"):
    DATABASES["default"]["TEST"] = {"NAME": os.environ["NOCTURNE_TEST_DB"]}

REDIS_URL = env.str("REDIS_URL", default=embedded.redis_url(VAR_DIR))
CACHES = {
    "default": {
        "BACKEND": "config.valkey.cache.HintCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": env.str("CACHE_PREFIX", default="nocturne"),
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "config.valkey.layer.HintLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": env.str("CACHE_PREFIX", default="nocturne")},
    }
}

CELERY_BROKER_URL = environment.celery_broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "global_keyprefix": env.str("CACHE_PREFIX", default="nocturne") + ":",
    # a broker that hangs must not block the process that queues a task
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TASK_SOFT_TIME_LIMIT = 3000
CELERY_DB_REUSE_MAX = 100
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "config.schedule:CreateOnlyScheduler"
CELERY_TASK_DEFAULT_QUEUE = "process"
CELERY_TASK_PUBLISH_RETRY = False
#: RabbitMQ in place of Valkey as the message broker (docs/operations/rabbitmq.md); '' for Valkey.
try:
    BROKER_URL = broker_settings.checked(env.str("BROKER_URL", default="").strip())
except ValueError as error:
    raise ImproperlyConfigured(f"BROKER_URL {error}.") from error
BROKER_CA_FILE = env.str("BROKER_CA_FILE", default="")
if BROKER_URL:
    globals().update(
        {
            f"CELERY_{name}": value
            for name, value in broker_settings.options(BROKER_URL, BROKER_CA_FILE).items()
        }
    )
DJANGO_STRUCTLOG_CELERY_ENABLED = True
#: The id by config.middleware, which has checked the client's own or made a new one.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False
#: Lines name visitors and people by keyed hashes of the day (accounts.log_names), never by address or id.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""

# --- Authentication
# --------------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.ThrottledBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.StrengthValidator"},
]
#: Argon2id with Django's parameters: 100 MiB, 2 passes, 8 lanes. accounts/hashing.py bounds how many run at
#: once. Hashes of the second one are replaced when their owner signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
#: Seconds for which the link to a new password works.
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_home"

#: Rights of staff count only in a session, or with a token, that proved a second factor (accounts.factors).
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=PRODUCTION)
#: Staff prove again who they are before what is grave (accounts.staff.fresh); off in tests that try something else.
STAFF_REAUTHENTICATION = True
ACCOUNT_ADAPTER = "accounts.site.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.site.forms.LoginForm",
    "signup": "accounts.site.forms.SignupForm",
    "confirm_login_code": "accounts.site.forms.ConfirmLoginCodeForm",
    "change_password": "accounts.site.forms.ChangePasswordForm",
    "set_password": "accounts.site.forms.SetPasswordForm",
    "reset_password_from_key": "accounts.site.forms.ResetPasswordForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
#: One address for an account, and one that waits to replace it.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 8, "dashed": True}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
#: accounts.throttling and accounts.limits count instead, for the site, the admin and the API together.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
MFA_ADAPTER = "accounts.site.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.site.forms.AuthenticateForm",
    "reauthenticate": "accounts.site.forms.ReauthenticateForm",
    "activate_totp": "accounts.site.forms.ActivateTotpForm",
    "add_webauthn": "accounts.site.forms.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
#: A passkey signs in without a password, so it must ask for a finger, a face or a PIN.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
#: Browsers know http://localhost as secure; fido2 must too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = SITE_NAME
#: Periods of half a minute by which a phone's clock may be wrong.
MFA_TOTP_TOLERANCE = 1

#: Sign-in by providers whose keys are set.
SOCIALACCOUNT_ADAPTER = "accounts.site.adapter.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": client, "secret": secret}], "SCOPE": scope}
    for name, client, secret, scope in (
        ("google", env.str("GOOGLE_LOGIN_CLIENT_ID", default=""), env.str("GOOGLE_LOGIN_SECRET", default=""), ["profile", "email"]),
        ("github", env.str("GITHUB_LOGIN_CLIENT_ID", default=""), env.str("GITHUB_LOGIN_SECRET", default=""), ["user:email"]),
    )
    if client and secret
}  # fmt: skip
_PROVIDER_ORIGINS = {"google": "https://accounts.google.com", "github": "https://github.com"}
INSTALLED_APPS += [f"allauth.socialaccount.providers.{name}" for name in SOCIALACCOUNT_PROVIDERS]
#: An address that a provider verified opens no existing account: its owner signs in and connects the provider.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False

# --- Security -------------------------------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
#: Trusted senders of X-Forwarded-For and X-Forwarded-Proto: networks and addresses, `unix` for clients of a
#: Unix socket.
try:
    TRUSTED_PROXIES = environment.networks(env, "TRUSTED_PROXIES")
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("TRUST_PROXY", default=PRODUCTION) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
#: Browsers accept a cookie with this prefix only over https, from this very host and for all paths: no
#: neighbour under the same domain can plant one.
_COOKIE_PREFIX = "__Host-" if PRODUCTION else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrftoken"
DEVICE_COOKIE_NAME = f"{_COOKIE_PREFIX}device"
#: The key of a device that agreed to the log of interactions (insights.readers).
READER_COOKIE_NAME = f"{_COOKIE_PREFIX}reader"
#: Otherwise in a cookie of its own; only signed-in users get messages.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

#: A server of street maps, which browsers ask directly, and whom its maps name.
MAP_TILES_URL = tiles.tiles_url(env, production=PRODUCTION)
MAP_TILES_CREDIT = env.str("MAP_TILES_CREDIT", default="© OpenStreetMap contributors")

PICTURES_ENDPOINT = env.str("PICTURES_ENDPOINT", default="")
#: Where pictures on pages may come from.
PICTURE_ORIGINS = [SELF, "data:", *pictures.picture_hosts(env), *tiles.tiles_origins(MAP_TILES_URL)]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": PICTURE_ORIGINS,
        # https: does not cover wss: of another host
        "connect-src": [SELF, *([LIVE_URL, LIVE_URL.replace("http", "ws", 1)] if LIVE_URL else [])],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        # browsers apply it to redirects of a form, too
        "form-action": [SELF, *(_PROVIDER_ORIGINS[name] for name in SOCIALACCOUNT_PROVIDERS)],
        "frame-ancestors": [NONE],
    },
    # the staff's pages get their own policy (config.middleware)
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
}
#: No inline script or style runs: all are our own files, so that no nonce is needed. unfold's Alpine builds
#: functions from attributes, hence unsafe-eval. Its templates and the admin's widgets hide and size elements
#: by `style` attributes, so these are allowed, and only these.
ADMIN_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: https:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

# --- Static files, language, time
# -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": pictures.picture_storage(env),
    "photos": pictures.photo_storage(env),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
#: A file is looked up on request; otherwise every start, and every client of a test, reads all of them first.
WHITENOISE_AUTOREFRESH = not PRODUCTION
#: How long anybody may keep a copy of a photo by a reader.
PHOTO_CACHE = pictures.PHOTO_CACHE
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
#: The languages of the public site and of mails; `languages` knows more of each (docs/languages.md).
LANGUAGES = [(language.code, language.name) for language in languages.LANGUAGES]
LANGUAGE_CODE = languages.DEFAULT
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# --- API ------------------------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsing.BoundedJSONParser"],
    # clients of the API sign in by token, our own pages by session
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.StaffSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.Described",
    "EXCEPTION_HANDLER": "config.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
#: Tokens are signed by JWT_SIGNING_KEY (accounts/tokens). Refresh tokens of staff last as long as an idle session.
SIMPLE_JWT = {
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "USER_ID_CLAIM": "sub",
}
#: Requests of one address in a minute; 0 for no limit. Submissions, scans and webhooks have their own limits
#: (config.api).
API_RATE_LIMIT = env.int("API_RATE_LIMIT", default=600)
#: Requests of one API key in a minute; 0 for no limit.
API_KEY_RATE_LIMIT = env.int("API_KEY_RATE_LIMIT", default=3_000)
#: Searches and lists of the pages, likewise; 0 in local mode, where load generators share one address.
PAGE_RATE_LIMIT = env.int("PAGE_RATE_LIMIT", default=600 if PRODUCTION else 0)
#: So long may each step of a search for people take in the database; then the answer is incomplete, and says so.
SEARCH_STEP_SECONDS = env.float("SEARCH_STEP_SECONDS", default=1.5)
SPECTACULAR_SETTINGS = {
    "TITLE": "Nocturne API",
    "DESCRIPTION": "What is on: events, cities, places, and their live changes.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # in this order in the documentation: the most used first
    "TAGS": [
        {"name": "events", "description": "Single events and lists of events."},
        {"name": "search", "description": "Search by words and filters, with suggestions and counts."},
        {"name": "places", "description": "Cities, areas, venues and their current state, and the weather."},
        {"name": "live", "description": "The changes after an offset."},
        {"name": "accounts", "description": "Signing in by token, and one's own account."},
        {
            "name": "personal",
            "description": "What a person keeps here: preferences, saved events and searches, a calendar.",
        },
        {"name": "webhooks", "description": "Changes of events, sent to an address of one's own."},
        {"name": "registrations", "description": "Places of events: taken, waited for, given up."},
        {
            "name": "ratings",
            "description": "How events and venues were for those who came, and what their teams answer.",
        },
        {"name": "galleries", "description": "Photos that readers give to events and venues."},
        {"name": "subscriptions", "description": "Subscriptions to the weekly mail."},
        {"name": "submissions", "description": "Events from people and from other systems."},
        {"name": "staff", "description": "For operators and moderators; needs an account of staff."},
    ],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.completing.complete",
        "config.api.feed.describe_feed",
        "webhooks.schema.describe_headers",
    ],
    "WEBHOOKS": [
        f"webhooks.schema.{name}" for name in ("PUBLISHED", "CHANGED", "CANCELLED", "REMOVED", "MERGED")
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "PriceType": "events.serializers.PRICE_TYPES",
        "OrganizerType": "events.serializers.ORGANIZER_TYPES",
        "SourceType": "sources.serializers.SOURCE_TYPES",
        "RunState": "sources.serializers.RUN_STATES",
        "SubscriptionTarget": "digests.enums.TARGETS",
        "PauseScope": "sources.serializers.pipeline.SCOPES",
        "EventStatus": "events.serializers.STATUSES",
        "PlaceState": "events.serializers.PLACE_STATES",
        "Category": "pipeline.taxonomy.SLUGS",
        "ReviewKind": "moderation.api.shapes.KINDS",
        "ReviewState": "moderation.api.shapes.STATES",
        "Receipt": "sources.serializers.RECEIPTS",
        "ComponentState": "operations.api.STATES",
        "FollowKind": "personal.api.following.FOLLOW_KINDS",
        "RatingState": "ratings.api.shared.STATES",
        "PhotoState": "galleries.api.shared.STATES",
        "RatingBasis": "ratings.api.shared.BASES",
        "FiguresWindow": "insights.figures.windows.NAMES",
        "EventFiguresWindow": "organizers.figures.NAMES",
        "VisitSource": "organizers.figures.SOURCES",
        "StatusSource": "events.api.status.SOURCES",
    },
    # otherwise the documentation would ask a third party to validate the schema
    "SWAGGER_UI_SETTINGS": {"validatorUrl": None, "deepLinking": True},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Outside calls --------------------------------------------------------------------------------------------------------------------

#: Tests fetch from servers on loopback; production always refuses it.
#: Messages of a team to the people of one event within a day, and how many first ones of a team a moderator reads.
REGISTRATION_MESSAGES_A_DAY = env.int("REGISTRATION_MESSAGES_A_DAY", default=3)
REGISTRATION_MESSAGES_REVIEWED = env.int("REGISTRATION_MESSAGES_REVIEWED", default=3)
#: Servers that are asked for TXT records (`address` or `address:port`), by default those of the system.
DNS_SERVERS = env.list("DNS_SERVERS", default=[])
EGRESS_ALLOW_LOOPBACK = env.bool("EGRESS_ALLOW_LOOPBACK", default=False)
if PRODUCTION and EGRESS_ALLOW_LOOPBACK:
    raise ImproperlyConfigured("EGRESS_ALLOW_LOOPBACK must not be set when NOCTURNE_MODE=production.")
EGRESS_ALLOWED_PORTS = env.list("EGRESS_ALLOWED_PORTS", cast=int, default=[80, 443, 8080, 8443])
EGRESS_PROXY_URLS = [
    url for url in (env.str("PROXY_URL", default=""), *env.list("PROXY_URLS", default=[])) if url
]
#: Limits of one crawl, its spider and browser together: memory as PSS, and wall time.
EGRESS_CRAWL_MB = env.int("CRAWL_MAX_MB", default=1536)
EGRESS_CRAWL_SECONDS = env.float("CRAWL_MAX_SECONDS", default=240.0)
CHROMIUM_PATH = env.str("CHROMIUM_PATH", default="")
#: The browser's own sandbox needs user namespaces, which many containers forbid. It is never used as root.
CHROMIUM_SANDBOX = env.bool("CHROMIUM_SANDBOX", default=True)
FIRECRAWL_API_KEY = env.str("FIRECRAWL_API_KEY", default="")
HYPERBROWSER_API_KEY = env.str("HYPERBROWSER_API_KEY", default="")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
EGRESS_USER_AGENT = env.str(
    "USER_AGENT",
    default=f"Nocturne/0.1 (+{SITE_URL}/about/bot{'; ' + CONTACT_EMAIL if CONTACT_EMAIL else ''})",
)
#: Keys of platforms, by the name of their variable; each connector names those that it needs.
PLATFORM_KEYS = {
    name: env.str(name, default="")
    for name in (
        "EVENTBRITE_API_KEY",
        "TICKETMASTER_API_KEY",
        "MEETUP_API_KEY",
        "LUMA_API_KEY",
        "FACEBOOK_ACCESS_TOKEN",
        "FACEBOOK_APP_ID",
        "FACEBOOK_APP_SECRET",
        "INSTAGRAM_ACCESS_TOKEN",
        "INSTAGRAM_USER_ID",
        "GOOGLE_PLACES_API_KEY",
        "YELP_API_KEY",
        "SEATGEEK_CLIENT_ID",
        "SONGKICK_API_KEY",
        "BANDSINTOWN_APP_ID",
        "OPENWEATHERMAP_API_KEY",
        "OPENAGENDA_API_KEY",
        "LOCALIST_API_KEY",
    )
}
#: The geocoder: nominatim, google, or none.
GEOCODER = env.str("GEOCODER", default="")
GEOCODER_URL = env.str("GEOCODER_URL", default="")
GEOCODER_KEY = env.str("GEOCODER_KEY", default="")
if GEOCODER not in ("", "nominatim", "google") or (GEOCODER == "google" and not GEOCODER_KEY):
    raise ImproperlyConfigured("GEOCODER must be nominatim, google (with GEOCODER_KEY), or empty.")

# --- Mail -----------------------------------------------------------------------------------------------------------------------------

EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 20
#: Every mail leaves by the door (`mail.outgoing`), which hands it to the providers, tried in this order: `smtp`, a provider that
#: anymail knows, or the dotted path of a backend of Django. Without one all mail goes to the local mailbox (staff only,
#: never in production).
EMAIL_BACKEND = "mail.backend.DispatchBackend"
#: Settings of anymail's providers: ANYMAIL_POSTMARK_SERVER_TOKEN and so on, as its documentation names them.
ANYMAIL = {
    name.removeprefix("ANYMAIL_").removesuffix("_FILE"): env.str(name.removesuffix("_FILE"))
    for name in sorted(os.environ)
    if name.startswith("ANYMAIL_")
} | {"IGNORE_UNSUPPORTED_FEATURES": True}
if SENDGRID_API_KEY := env.str("SENDGRID_API_KEY", default=""):
    ANYMAIL["SENDGRID_API_KEY"] = SENDGRID_API_KEY
MAIL_PROVIDERS = env.list(
    "MAIL_PROVIDERS",
    default=[env.str("EMAIL_BACKEND", default="")]
    if env.str("EMAIL_BACKEND", default="")
    else ["smtp"] * bool(EMAIL_HOST) + ["sendgrid"] * bool(SENDGRID_API_KEY)
    or (["smtp"] if PRODUCTION else ["digests.mailbox.MailboxBackend"]),
)
#: Providers of one stream alone, in place of MAIL_PROVIDERS.
MAIL_TRANSACTIONAL_PROVIDERS = env.list("MAIL_TRANSACTIONAL_PROVIDERS", default=[])
MAIL_DIGEST_PROVIDERS = env.list("MAIL_DIGEST_PROVIDERS", default=[])
#: The operator's postal address, in one line: every digest has it. In production the door lets no digest out without one.
MAIL_POSTAL_ADDRESS = " ".join(env.str("MAIL_POSTAL_ADDRESS", default="").split())
#: Mails a minute to each provider, and to single ones (`smtp=600,sendgrid=6000`).
MAIL_RATE = env.int("MAIL_RATE", default=30_000)
MAIL_RATES = env.dict("MAIL_RATES", cast={"value": int}, default={})
#: From so many mails on, a campaign with too many bounces or complaints stops by itself.
MAIL_CAMPAIGN_LEAST = env.int("MAIL_CAMPAIGN_LEAST", default=100)
#: What became of each mail is kept for so many days.
MAIL_LOG_DAYS = env.int("MAIL_LOG_DAYS", default=90)
MAILBOX_DIR = VAR_DIR / "mailbox"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <hello@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: Addresses of unconfirmed and of ended subscriptions are erased after so many days; their keyed hash stays.
#: Systems with copies of personal data that are told of an erasure by a signed message (Standard Webhooks).
ERASURE_WEBHOOKS = env.list("ERASURE_WEBHOOKS", default=[])
ERASURE_WEBHOOK_SECRET = env.str("ERASURE_WEBHOOK_SECRET", default="")
if ERASURE_WEBHOOKS and not ERASURE_WEBHOOK_SECRET.startswith("whsec_"):
    raise ImproperlyConfigured(
        "ERASURE_WEBHOOK_SECRET must be `whsec_` and base64 of 24 to 64 random bytes where ERASURE_WEBHOOKS is set."
    )
SUBSCRIPTION_UNCONFIRMED_DAYS = env.int("SUBSCRIPTION_UNCONFIRMED_DAYS", default=7)
SUBSCRIPTION_UNSUBSCRIBED_DAYS = env.int("SUBSCRIPTION_UNSUBSCRIBED_DAYS", default=30)
#: Whether the domain of a new subscriber is asked whether it takes mail, after the answer; an unknown one counts as if it did.
CHECK_MAIL_DOMAINS = env.bool("CHECK_MAIL_DOMAINS", default=PRODUCTION)
#: When a new subscriber's digest is due, by their own clock, unless they choose otherwise; how many events it has at most.
DIGEST_WEEKDAY = env.str("DIGEST_WEEKDAY", default="monday").strip().casefold()
DIGEST_HOUR = env.int("DIGEST_HOUR", default=9)
DIGEST_EVENTS = env.int("DIGEST_EVENTS", default=10)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
if DIGEST_WEEKDAY not in _WEEKDAYS:
    raise ImproperlyConfigured("DIGEST_WEEKDAY must be a day of the week in English, such as monday.")
if not (0 <= DIGEST_HOUR <= 23 and 1 <= DIGEST_EVENTS <= 30):
    raise ImproperlyConfigured("DIGEST_HOUR must be 0 to 23, DIGEST_EVENTS 1 to 30.")
DIGEST_DAY = _WEEKDAYS.index(DIGEST_WEEKDAY)
#: Subscribers are asked again so many months after they last agreed; who does not answer within so many days gets no more.
CONSENT_MONTHS = env.int("CONSENT_MONTHS", default=24)
CONSENT_ANSWER_DAYS = env.int("CONSENT_ANSWER_DAYS", default=30)
#: So much weight of readers' reports on one event puts it before quarantined runs: three unknown readers. After so
#: many days a report no longer says who sent it, nor in which words.
REPORTS_URGENT_WEIGHT = env.float("REPORTS_URGENT_WEIGHT", default=1.5)
REPORTS_KEPT_DAYS = env.int("REPORTS_KEPT_DAYS", default=365)
#: The link by which a submitter follows an event works for so many days after it.
FOLLOW_DAYS = env.int("FOLLOW_DAYS", default=60)
#: Within so many days an owner's wish not to be listed is decided and carried out; later it is an alert.
OPT_OUT_DAYS = env.int("OPT_OUT_DAYS", default=7)
#: Recipients of alerts: these addresses, or every active superuser; a Slack channel by its incoming webhook; and a server
#: of the operators, by a signed message (Standard Webhooks).
OPERATOR_EMAILS = env.list("OPERATOR_EMAILS", default=[])
SLACK_WEBHOOK_URL = env.str("SLACK_WEBHOOK_URL", default="")
#: The routing key of a service of PagerDuty (Events API v2), and where it takes events.
PAGERDUTY_ROUTING_KEY = env.str("PAGERDUTY_ROUTING_KEY", default="")
PAGERDUTY_URL = env.str("PAGERDUTY_URL", default="https://events.pagerduty.com/v2/enqueue")
#: An address that is asked every minute while something here lives: a service elsewhere alerts when it falls silent.
HEARTBEAT_URL = env.str("HEARTBEAT_URL", default="")
OPERATOR_WEBHOOK_URL = env.str("OPERATOR_WEBHOOK_URL", default="")
OPERATOR_WEBHOOK_SECRET = env.str("OPERATOR_WEBHOOK_SECRET", default="")
if OPERATOR_WEBHOOK_URL and not OPERATOR_WEBHOOK_SECRET.startswith("whsec_"):
    raise ImproperlyConfigured(
        "OPERATOR_WEBHOOK_SECRET must be `whsec_` and base64 of 24 to 64 random bytes where OPERATOR_WEBHOOK_URL is set."
    )
#: Push notices (RFC 8292): our private key, 32 bytes in base64url (`manage.py make_push_key`), without which there is no push; and
#: how push services reach the operator, a mailto: or https: address.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="").strip()
if VAPID_PRIVATE_KEY and not environment.is_push_key(VAPID_PRIVATE_KEY):
    raise ImproperlyConfigured(
        "VAPID_PRIVATE_KEY is 32 bytes in base64url: 43 characters. Make one by `manage.py make_push_key`."
    )
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default="") or (
    f"mailto:{CONTACT_EMAIL}" if CONTACT_EMAIL else SITE_URL
)

# --- The live feed and the pipeline
# ---------------------------------------------------------------------------------------------------

#: Search engines are told which pages changed where the key is set; it stands in /indexnow.txt for them to compare.
INDEXNOW_KEY = env.str("INDEXNOW_KEY", default="").strip()
INDEXNOW_URL = env.str("INDEXNOW_URL", default="https://api.indexnow.org/indexnow")
if INDEXNOW_KEY and not (
    8 <= len(INDEXNOW_KEY) <= 128 and INDEXNOW_KEY.isascii() and INDEXNOW_KEY.replace("-", "").isalnum()
):
    raise ImproperlyConfigured("INDEXNOW_KEY must be 8 to 128 letters, digits and dashes.")

#: Pages are kept until what they show changes (docs/caching.md). Off in tests, which write to the database behind the outbox.
#: Requests that a web process works on at once (decisions/0076); fewer than the pool has connections.
REQUESTS_AT_ONCE = env.int("REQUESTS_AT_ONCE", default=6)
PAGE_CACHE = env.bool("PAGE_CACHE", default=MODE is not Mode.TEST)
#: A CDN is told here which topics changed; '' where there is none. The token goes along as a bearer.
CDN_PURGE_URL = env.str("CDN_PURGE_URL", default="").strip()
CDN_PURGE_TOKEN = env.str("CDN_PURGE_TOKEN", default="").strip()
if PRODUCTION and CDN_PURGE_URL and not CDN_PURGE_URL.startswith("https://"):
    raise ImproperlyConfigured(
        "CDN_PURGE_URL must begin with https:// in production: the token travels to it."
    )

#: Outgoing webhooks (docs/webhooks.md): days for which a message waits at most, and for which the log is kept; whether
#: http is allowed beside https.
WEBHOOKS_BACKLOG_DAYS = env.int("WEBHOOKS_BACKLOG_DAYS", default=4)
WEBHOOKS_LOG_DAYS = env.int("WEBHOOKS_LOG_DAYS", default=30)
WEBHOOKS_ALLOW_HTTP = env.bool("WEBHOOKS_ALLOW_HTTP", default=not PRODUCTION)
if PRODUCTION and WEBHOOKS_ALLOW_HTTP:
    raise ImproperlyConfigured("WEBHOOKS_ALLOW_HTTP must not be set when NOCTURNE_MODE=production.")

#: Who serves most WebSockets: the hub of each web process, or nginx with nchan, whose internal publishing
#: address is LIVE_NCHAN_URL (docs/live.md).
LIVE_ENGINE = env.str("LIVE_ENGINE", default="hub")
LIVE_NCHAN_URL = env.str("LIVE_NCHAN_URL", default="")
LIVE_RETENTION_DAYS = env.int("LIVE_RETENTION_DAYS", default=7)
#: Connections and messages (in 10 s) in one process; 0 for no limit, as in local mode, where load generators
#: share one address.
LIVE_CONNECTIONS_PER_ADDRESS = env.int("LIVE_CONNECTIONS_PER_ADDRESS", default=300 if PRODUCTION else 0)
LIVE_CONNECTIONS_PER_USER = env.int("LIVE_CONNECTIONS_PER_USER", default=50 if PRODUCTION else 0)
LIVE_MESSAGES_PER_ADDRESS = env.int("LIVE_MESSAGES_PER_ADDRESS", default=1000 if PRODUCTION else 0)
#: Readers of a stopping process come back within so many seconds, each at a random time.
LIVE_RETURN_SECONDS = env.float("LIVE_RETURN_SECONDS", default=10.0)
#: The kernel ends a connection whose client acknowledges nothing for so long; with the heartbeat of 15 s this
#: takes at most 60 s.
LIVE_SILENCE_SECONDS = env.float("LIVE_SILENCE_SECONDS", default=40.0)
#: Fetches running or queued at once, in all and for one host: a host that hangs delays only itself.
FETCH_MOST_UNDER_WAY = env.int("FETCH_MOST_UNDER_WAY", default=64)
FETCH_PER_HOST = env.int("FETCH_PER_HOST", default=1)
#: Attempts of one GET that failed in passing.
FETCH_ATTEMPTS = env.int("FETCH_ATTEMPTS", default=3)
if not 1 <= FETCH_ATTEMPTS <= 10:
    raise ImproperlyConfigured("FETCH_ATTEMPTS must be 1 to 10.")
#: From this score on two events are one without a question; None for that of the fitted matcher.
DEDUP_THRESHOLD = float(env.str("DEDUP_THRESHOLD", default="") or 0) or None
if DEDUP_THRESHOLD is not None and not 0 < DEDUP_THRESHOLD <= 1:
    raise ImproperlyConfigured("DEDUP_THRESHOLD must be above 0 and at most 1.")
PIPELINE_BATCH_SIZE = env.int("PIPELINE_BATCH_SIZE", default=200)
#: Seconds of processor time for one record in one step, and for reading one answer; what exceeds them is set
#: aside.
STEP_SECONDS_PER_RECORD = env.float("STEP_SECONDS_PER_RECORD", default=2.0)
READ_SECONDS_PER_PAYLOAD = env.float("READ_SECONDS_PER_PAYLOAD", default=60.0)
#: The quality gates; values in the admin take precedence.
QUALITY_RULES = quality.quality_rules(env)
HORIZON_DAYS = 400
#: Alerts that are over are kept for so many days.
ALERT_LOG_DAYS = env.int("ALERT_LOG_DAYS", default=400)
#: Payloads are kept for so many days, or fewer where a platform's terms demand it.
PAYLOAD_RETENTION_DAYS = env.int("PAYLOAD_RETENTION_DAYS", default=30)

#: A language model that reads prose instead of the rules: the base address of an OpenAI-compatible API; ''
#: disables it. Its results are always reviewed.
AI_EXTRACTOR_URL = env.str("AI_EXTRACTOR_URL", default="").strip()
AI_EXTRACTOR_KEY = env.str("AI_EXTRACTOR_KEY", default="").strip()
AI_EXTRACTOR_MODEL = env.str("AI_EXTRACTOR_MODEL", default="").strip()
AI_EXTRACTOR_MOST_PER_RUN = env.int("AI_EXTRACTOR_MOST_PER_RUN", default=100)
AI_EXTRACTOR_MOST_PER_DAY = env.int("AI_EXTRACTOR_MOST_PER_DAY", default=1_000)
if AI_EXTRACTOR_URL and not AI_EXTRACTOR_MODEL:
    raise ImproperlyConfigured(
        "AI_EXTRACTOR_URL is set, AI_EXTRACTOR_MODEL is not: set it to the name of the model."
    )
if PRODUCTION and AI_EXTRACTOR_URL and not AI_EXTRACTOR_URL.startswith("https://"):
    raise ImproperlyConfigured(
        "AI_EXTRACTOR_URL must begin with https:// in production: texts and the key travel to it."
    )

# --- Backups --------------------------------------------------------------------------------------------------------------------------

#: A folder, or s3://BUCKET/PREFIX; '' for none (docs/backup.md). Whom backups are encrypted for (age1…), and the private key, which only a
#: restore needs and which should not stay on this machine.
BACKUP_TO = env.str("BACKUP_TO", default="").strip()
BACKUP_ENDPOINT = env.str("BACKUP_ENDPOINT", default="")
BACKUP_REGION = env.str("BACKUP_REGION", default="")
BACKUP_RECIPIENTS = [key.strip() for key in env.list("BACKUP_RECIPIENTS", default=[]) if key.strip()]
BACKUP_IDENTITY = env.str("BACKUP_IDENTITY", default="").strip()
BACKUP_KEEP_DAYS = env.int("BACKUP_KEEP_DAYS", default=30)
#: Whether the embedded PostgreSQL keeps its log, so that any moment since a backup can be restored.
BACKUP_WAL = env.bool("BACKUP_WAL", default=False)
if BACKUP_KEEP_DAYS < 1:
    raise ImproperlyConfigured("BACKUP_KEEP_DAYS must be 1 or more.")

# --- Operation ------------------------------------------------------------------------------------------------------------------------

#: The file by whose time a probe sees that a worker or beat goes on (config/pulse.py); '' for none.
PULSE_FILE = env.str("NOCTURNE_PULSE", default="")
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="json" if PRODUCTION else "console")
LOGGING = logs.configure(level=LOG_LEVEL, fmt=LOG_FORMAT, cache=MODE is not Mode.TEST)
#: The bearer token of Prometheus for /metrics; staff, and clients on this machine in local mode, need none.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
SENTRY_TRACES = env.float("SENTRY_TRACES", default=0.0)
if SENTRY_DSN and MODE is not Mode.TEST and "test" not in sys.argv:
    sentry.start(SENTRY_DSN, traces=SENTRY_TRACES)

#: Traces go here by OTLP over HTTP, '' for none; a share of them (0 to 1), with these headers.
TRACES_ENDPOINT = "" if MODE is Mode.TEST else env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="").strip()
TRACES_HEADERS = dict(
    pair.split("=", 1) for pair in env.list("OTEL_EXPORTER_OTLP_HEADERS", default=[]) if "=" in pair
)
TRACES_SHARE = env.float("OTEL_TRACES_SAMPLER_ARG", default=0.01)
if not 0 <= TRACES_SHARE <= 1:
    raise ImproperlyConfigured("OTEL_TRACES_SAMPLER_ARG must be between 0 and 1.")
if not TRACES_ENDPOINT and MODE is not Mode.TEST:
    # redis-py imports it where it is installed: .08 s and 10 MB of each process, for nothing
    sys.modules.setdefault("opentelemetry", None)  # type: ignore[arg-type] # None: it cannot be imported
if TRACES_ENDPOINT:
    MIDDLEWARE.insert(
        MIDDLEWARE.index("config.middleware.RequestIdMiddleware") + 1, "config.middleware.TracingMiddleware"
    )

if PRODUCTION and (reason := bounds.refusal(globals())):
    raise ImproperlyConfigured(f"{reason} (NOCTURNE_MODE=production)")

UNFOLD = {
    "LOGIN": {"form": "accounts.forms.AdminLoginForm"},
    # its colours and htmx' styles would be inline, which the admin's policy forbids
    "GLOBAL_CALLBACK": "config.context.admin",
    "DASHBOARD_CALLBACK": "operations.dashboard.page.first_page",
    "STYLES": [
        lambda _request: static("desk/colors.css"),
        lambda _request: static("desk/admin.css"),
        lambda _request: static("desk/undo.css"),
    ],
    "SCRIPTS": [lambda _request: static("desk/htmx.js"), lambda _request: static("desk/undo.js")],
    "SITE_TITLE": "Nocturne admin",
    "SITE_HEADER": "Nocturne",
    "SITE_SUBHEADER": "Moderation and operation",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": True,
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": True,
        "navigation": [
            {
                "title": "Moderation and operation",
                "items": [
                    {
                        "title": "Dashboard",
                        "icon": "monitoring",
                        "link": _address("admin:index"),
                    },
                    {
                        "title": "Review queue",
                        "icon": "inbox",
                        "link": _address("admin:moderation_review_changelist"),
                        "badge": "moderation.admin.open_reviews",
                        "permission": "moderation.admin.may_see_queue",
                    },
                    {
                        "title": "Events",
                        "icon": "event",
                        "link": _address("admin:events_event_changelist"),
                        "permission": lambda request: request.user.has_perm("events.view_event"),
                    },
                    {
                        "title": "Sources",
                        "icon": "rss_feed",
                        "link": _address("admin:sources_source_changelist"),
                        "permission": lambda request: request.user.has_perm("sources.view_source"),
                    },
                    {
                        "title": "Quality gates",
                        "icon": "rule",
                        "link": _address("admin:sources_qualitygate_changelist"),
                        "permission": lambda request: request.user.has_perm("sources.view_qualitygate"),
                    },
                    {
                        "title": "Rules",
                        "icon": "gavel",
                        "link": _address("admin:moderation_rulesetting_changelist"),
                        "permission": "moderation.admin.may_see_rules",
                    },
                    {
                        "title": "Source lab",
                        "icon": "science",
                        "link": _address("admin:sources_lab"),
                        "permission": "sources.admin.lab.may_look",
                    },
                    {
                        "title": "Runs",
                        "icon": "history",
                        "link": _address("admin:sources_fetchrun_changelist"),
                        "permission": lambda request: request.user.has_perm("sources.view_fetchrun"),
                    },
                    {
                        "title": "Metrics",
                        "icon": "show_chart",
                        "link": _address("admin_metrics"),
                        "permission": "operations.charts_page.may_see_metrics",
                    },
                    {
                        "title": "Figures",
                        "icon": "insights",
                        "link": _address("admin_figures"),
                        "permission": "operations.figures_page.may_see_figures",
                    },
                    {
                        "title": "Anomalies",
                        "icon": "notification_important",
                        "link": _address("admin:insights_anomaly_changelist"),
                        "permission": "insights.admin.may_see_anomalies",
                    },
                    {
                        "title": "Places",
                        "icon": "place",
                        "link": _address("admin:places_place_changelist"),
                        "permission": lambda request: request.user.has_perm("places.view_place"),
                    },
                    {
                        "title": "Roles and rights",
                        "icon": "shield_person",
                        "link": _address("staff_roles"),
                        "permission": "places.roles_page.may_read_roles",
                    },
                    {
                        "title": "Mails",
                        "icon": "outgoing_mail",
                        "link": _address("admin:digests_delivery_changelist"),
                        "badge": "digests.admin.failed_mails",
                        "permission": "digests.admin.may_see_mails",
                    },
                    {
                        "title": "Webhooks",
                        "icon": "webhook",
                        "link": _address("admin:webhooks_endpoint_changelist"),
                        "permission": lambda request: request.user.has_perm("webhooks.view_endpoint"),
                    },
                    {
                        "title": "Log",
                        "icon": "receipt_long",
                        "link": _address("admin:audit_entry_changelist"),
                        "permission": "accounts.log.page.may_read_log",
                    },
                    {
                        "title": "Local mailbox",
                        "icon": "mail",
                        "link": "/mailbox/",
                        "permission": "digests.views.may_read_mailbox",
                    },
                ],
            }
        ],
    },
}
