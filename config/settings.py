"""Settings, all from the environment. Every name read here stands in `.env.example` with its meaning."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, validate

from datasets.stores import names as stores

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env(BASE_DIR / env.str("EARMARK_ENV_FILE", ".env"), recurse=False)

DATA_DIR = Path(env.str("EARMARK_DATA_DIR", "var")).expanduser()
DATA_DIR = DATA_DIR if DATA_DIR.is_absolute() else BASE_DIR / DATA_DIR
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key from the environment, or one made once and kept in the data folder, readable by its owner alone."""
    if given := env.str("EARMARK_SECRET_KEY", ""):
        return given
    path = DATA_DIR / "secret_key"
    try:
        # Two processes may start at once: only one may create the file, the other reads it.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


# Who we are to the outside
DEBUG = env.bool("EARMARK_DEBUG", False)
SECRET_KEY = _secret_key()
PORT = env.int("EARMARK_PORT", 8000)
BASE_URL = env.str("EARMARK_BASE_URL", f"http://localhost:{PORT}").rstrip("/")
_host = urlsplit(BASE_URL).hostname or "localhost"
ALLOWED_HOSTS = env.list("EARMARK_ALLOWED_HOSTS", [_host, "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE = BASE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("EARMARK_BEHIND_PROXY", False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = env.int("EARMARK_HSTS_SECONDS", 0)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 14 * 24 * 3600

INSTALLED_APPS = [
    "workspaces",
    "datasets",
    "detectors",
    "annotations",
    "evaluations",
    "unfold",
    # Without looking for admin modules: urls.py does, so that workers and commands start without the admin.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    # django_htmx is middleware here, not an app: its own script copies are not served and would not survive hashing.
    "csp",
]

MIDDLEWARE = [
    "config.bodies.BodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.security.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.pieces.PiecesMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workspaces.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = False
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
                "workspaces.context.navigation",
            ],
            "builtins": ["workspaces.templatetags.earmark"],
        },
    }
]

# Database: SQLite in the data folder, anything else by DATABASE_URL
DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{DATA_DIR / 'earmark.sqlite3'}",
        conn_max_age=env.int("EARMARK_DB_CONN_MAX_AGE", 60),
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Taking the write lock at the start of a transaction is what keeps two writers from deadlocking.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Mapped into memory: figures over 100,000 rows read tens of megabytes of index, and copying them cost a fifth.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; "
        "PRAGMA mmap_size=268435456;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("EARMARK_REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # For what every process may find out for itself: no query, no network.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Files: a folder beside the database, or S3-compatible storage when a bucket is named
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)
FILE_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
# A form with a row per member or per question may have many fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
MAX_AUDIO_BYTES = env.int("EARMARK_MAX_AUDIO_BYTES", 4 * 1024**3, validate=validate.Range(min=1))
# What one file may weigh that a program sends to /v5/files.
V5_MAX_FILE_BYTES = env.int("EARMARK_V5_MAX_FILE_BYTES", 25 * 1024**2, validate=validate.Range(min=1))
AWS_STORAGE_BUCKET_NAME = env.str("AWS_STORAGE_BUCKET_NAME", "")
AWS_S3_ENDPOINT_URL = env.str("AWS_S3_ENDPOINT_URL", "") or None
AWS_S3_REGION_NAME = env.str("AWS_S3_REGION_NAME", "") or None
AWS_QUERYSTRING_EXPIRE = env.int("AWS_QUERYSTRING_EXPIRE", 3600)
AWS_DEFAULT_ACL = None
AWS_S3_FILE_OVERWRITE = True
# Folders and buckets whose sound is used where it lies
try:
    STORES = stores.parse(env.str("EARMARK_STORES", ""), private=DATA_DIR)
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
X_ACCEL_PREFIX = env.str("EARMARK_X_ACCEL_PREFIX", "")
STORAGES = {
    "default": {"BACKEND": "config.bucket.S3Storage" if AWS_STORAGE_BUCKET_NAME else "config.storage.FolderStorage"},
    "staticfiles": {"BACKEND": "config.storage.StaticStorage"},
}
WHITENOISE_MAX_AGE = 3600

# Jobs: the row in the database is the truth, the message is a hint
_queue = DATA_DIR / "queue"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    for folder in ("messages", "control"):
        (_queue / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.2,
    }
CELERY_TASK_ALWAYS_EAGER = env.bool("EARMARK_JOBS_INLINE", False)
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
JOB_LEASE_SECONDS = env.int("EARMARK_JOB_LEASE_SECONDS", 60)
JOB_SWEEP_SECONDS = env.float("EARMARK_JOB_SWEEP_SECONDS", 5)
JOB_MAX_TRIES = 5

# People
AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "workspaces.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Earmark"
# People come by invitation, to an address an administrator knows; there may be no mail server to verify it by.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
EMAIL_CONFIG = env.dj_email_url("EARMARK_EMAIL_URL", "console://")
vars().update({key: value for key, value in EMAIL_CONFIG.items() if key.startswith("EMAIL_")})
# Seconds. Without any, a mail server that does not answer would hold a worker for ever.
EMAIL_TIMEOUT = EMAIL_CONFIG["EMAIL_TIMEOUT"] or 20
DEFAULT_FROM_EMAIL = env.str("EARMARK_EMAIL_FROM", "Earmark <earmark@localhost>")

_shades = {50: "#eef0fd", 100: "#e8ebfd", 200: "#cdd3fa", 300: "#a9b3f5", 400: "#8c9bff", 500: "#5b6be0"}
_shades |= {600: "#3446c4", 700: "#2b3aa3", 800: "#25317f", 900: "#232b4d", 950: "#171d36"}
UNFOLD = {
    "SITE_TITLE": "Earmark",
    "SITE_HEADER": "Earmark",
    "SITE_SUBHEADER": _("Admin"),
    "SITE_SYMBOL": "graphic_eq",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": f"{STATIC_URL}theme/icon.svg"}],
    "COLORS": {"primary": {str(shade): color for shade, color in _shades.items()}},
}

# The browser: scripts, styles and sound come from us (or the bucket) alone
_media_hosts = [AWS_S3_ENDPOINT_URL] if AWS_S3_ENDPOINT_URL else ["https://*.amazonaws.com"]
_has_buckets = AWS_STORAGE_BUCKET_NAME or any(store.bucket for store in STORES)
_media = [SELF, "blob:", *(_media_hosts if _has_buckets else [])]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # The player puts one <style> of its own into its shadow root.
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "media-src": _media,
        "connect-src": _media,
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "workspaces.authentication.ApiKeyAuthentication",
        "workspaces.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["workspaces.authentication.KnownCaller"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["workspaces.parsing.JsonParser"],
    "DEFAULT_PAGINATION_CLASS": "workspaces.pagination.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.schema.DescribedSchema",
    "EXCEPTION_HANDLER": "config.errors.answer",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Earmark",
    "VERSION": "1",
    "DESCRIPTION": "Labeling tasks, assignments, reviews and processed datasets.",
    "SERVE_INCLUDE_SCHEMA": False,
    # Sets of words stand where they are used: names for all of them would say less than the words do.
    "POSTPROCESSING_HOOKS": [],
}

# The language model that answers can be checked with: any that speaks the chat-completions protocol
LLM_BASE_URL = env.str("EARMARK_LLM_BASE_URL", "").rstrip("/")
LLM_API_KEY = env.str("EARMARK_LLM_API_KEY", "")
LLM_MODEL = env.str("EARMARK_LLM_MODEL", "")
LLM_TIMEOUT_S = env.float("EARMARK_LLM_TIMEOUT_S", 60, validate=validate.Range(min=0.1, max=600))

# This machine's processes, as `manage.py up` starts them
_some = validate.Range(min=1, max=256)
WEB_PROCESSES = env.int("EARMARK_WEB_PROCESSES", 2, validate=_some)
WEB_THREADS = env.int("EARMARK_WEB_THREADS", 8, validate=_some)
WORKER_PROCESSES = env.int("EARMARK_WORKER_PROCESSES", 2, validate=_some)
DEMO_LOGINS = "annotations.demo.LOGINS"

# Words
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("EARMARK_TIME_ZONE", "UTC")
USE_TZ = True

LOG_LEVEL = env.str("EARMARK_LOG_LEVEL", "WARNING").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # The folder broker has no host to name, and kombu warns of that at every start.
    "loggers": {"kombu.connection": {"level": "ERROR"}},
}
