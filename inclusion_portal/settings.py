"""Settings of the portal. The environment is read here and nowhere else (README lists it).

Without ``SECRET_KEY`` this is a developer's machine or the demo: SQLite in
``var/``, letters to the console, debug pages. With it, it is an installation,
and everything that protects people is on. A value that makes no sense stops
the start with a sentence.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from documents.formats import FORMATS

from . import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var"))).absolute()

# --- an installation or a developer's machine

SECRET_KEY = environment.text("SECRET_KEY")
DEVELOPMENT = not SECRET_KEY
PRODUCTION = not DEVELOPMENT
if DEVELOPMENT:
    SECRET_KEY = "a-developers-machine-has-no-secret-to-keep-and-says-so"  # noqa: S105
elif len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    environment.refuse("SECRET_KEY", "50 or more characters, chosen by chance")
DEBUG = environment.flag("DEBUG", default=False)
if DEBUG and PRODUCTION:
    environment.refuse("DEBUG", "false where SECRET_KEY is set: its pages show secrets")

ALLOWED_HOSTS = environment.words(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEVELOPMENT else []
)
if PRODUCTION and not ALLOWED_HOSTS:
    environment.refuse("ALLOWED_HOSTS", "the portal's name, such as portal.example.kg")
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS")

# --- what it is made of

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "inclusion_portal",
    "contest",
    "seminars",
    "municipalities",
    "accounts",
    "documents",
    "audit",
    "language",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "phonenumber_field",
    "post_office",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "inclusion_portal.middleware.keep_private",
    "inclusion_portal.middleware.clean_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "inclusion_portal.middleware.addresses_of_buttons",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Nothing has read the body by here; whose page it is, is known.
    "inclusion_portal.middleware.body_limits",
    "inclusion_portal.middleware.SignInRequired",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "inclusion_portal.middleware.refusals",
]

ROOT_URLCONF = "inclusion_portal.urls"
# wsgi.py opens for an installation only; without one, runserver makes an application of its own.
WSGI_APPLICATION = "inclusion_portal.wsgi.application" if PRODUCTION else None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "inclusion_portal.navigation.of_the_page",
            ],
        },
    },
]

# --- the database

DATABASES = {
    "default": environment.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL and IMMEDIATE: writers queue for the lock instead of failing at a deadline.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    try:
        Path(str(DATABASES["default"]["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder of the database cannot be made ({error}). "
            "Name another in VAR_DIR or DATABASE_URL and start again."
        ) from error
else:
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5}
    DATABASES["default"]["CONN_MAX_AGE"] = environment.number("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# --- who may come in

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

# --- languages, time

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("ky", _("Kyrgyz")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["language.formats"]
USE_I18N = True
TIME_ZONE = "Asia/Bishkek"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # «2 025» is no year: the filters som and points group digits

# --- files and bodies of requests

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"
MEDIA_URL = ""  # nothing uploaded is served by its path: views ask who it is
COLLECTED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": COLLECTED if PRODUCTION else PLAIN},
}
WHITENOISE_USE_FINDERS = DEVELOPMENT  # without collectstatic, also where DEBUG is off

MEGABYTE = 1024 * 1024
MAX_BODY_BYTES = environment.number("MAX_BODY_MB", default=2, lowest=1) * MEGABYTE
MAX_UPLOAD_BYTES = environment.number("MAX_UPLOAD_MB", default=20, lowest=1) * MEGABYTE
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a day of attendance for a large seminar in one form
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_TEMP_DIR = None

# --- forms, phones

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

PHONENUMBER_DEFAULT_REGION = "KG"
PHONENUMBER_DB_FORMAT = "E164"

# --- import and export in the admin

# The permissions exist for nobody: an admin class opens its doors itself
# (documents.import_export.spreadsheets). Uploads wait in the database, found by every host.
IMPORT_EXPORT_FORMATS = FORMATS
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_TMP_STORAGE_CLASS = "documents.import_export.DatabaseStorage"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_CHUNK_SIZE = 1000
IMPORT_EXPORT_IMPORT_IGNORE_BLANK_LINES = True

# --- letters: queued in the database, sent by manage.py send_mail

_letters = environment.letters("EMAIL_URL", "consolemail://")
EMAIL_BACKEND = "post_office.EmailBackend"
POST_OFFICE = {"BACKENDS": {"default": _letters["EMAIL_BACKEND"]}}
EMAIL_HOST = _letters.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _letters.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _letters.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _letters.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(_letters.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(_letters.get("EMAIL_USE_SSL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "portal@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where people open the portal, for the links in letters; without it they carry none.
PORTAL_URL = environment.text("PORTAL_URL", "")

# --- what protects people in the browser

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 7 * 24 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"  # a link from a messenger must find the person signed in
CSRF_FAILURE_VIEW = "inclusion_portal.errors.csrf_failure"

HTTPS = environment.flag("HTTPS", default=PRODUCTION)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from the machine itself
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = bool(SECURE_HSTS_SECONDS)
if environment.flag("BEHIND_PROXY", default=False):
    # Only where the proxy sets the header itself: a stranger could claim https otherwise.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- what it says about itself

LOG_LEVEL = environment.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django": {"handlers": [], "level": LOG_LEVEL, "propagate": True}},
}
