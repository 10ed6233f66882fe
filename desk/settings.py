"""Settings. Everything that differs between places comes from the environment (.env.example)."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from accounts import gateway, vapid
from accounts.employer import configuration as employer
from accounts.enums import Role
from desk import environment as env
from desk.mailroom import configuration as mailroom
from desk.terms import *  # noqa: F403 - every name in it is a setting

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.text("NABIJ_ENV", "development")
if ENVIRONMENT not in {"development", "test", "production"}:
    raise ImproperlyConfigured(f"NABIJ_ENV must be development, test or production, not {ENVIRONMENT!r}.")
PRODUCTION = ENVIRONMENT == "production"
VAR = Path(env.text("NABIJ_VAR", str(BASE_DIR / "var")))


def _secret(name: str) -> str:
    """From the environment; outside production a kept random one will do."""
    return env.text(name, None if PRODUCTION else env.kept_secret(VAR / "secrets", name.lower()))


# Secrets and keys. The key-encryption keys are never derived from SECRET_KEY (SECURITY, adopted 6).
SECRET_KEY = _secret("NABIJ_SECRET_KEY")
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("NABIJ_SECRET_KEY must have at least 50 characters.")
if PRODUCTION:
    VAULT_KEYS = env.keys("NABIJ_VAULT_KEYS", None)
    INDEX_KEY = env.keys("NABIJ_INDEX_KEY", None)
    INTAKE_KEY = env.keys("NABIJ_INTAKE_KEY", None)
    _keys = [*VAULT_KEYS.values(), *INDEX_KEY.values(), *INTAKE_KEY.values()]
    if len(set(_keys)) < len(_keys):
        raise ImproperlyConfigured("NABIJ_VAULT_KEYS, NABIJ_INDEX_KEY and NABIJ_INTAKE_KEY must all be different keys.")
else:
    VAULT_KEYS = env.keys("NABIJ_VAULT_KEYS", f"dev:{env.kept_secret(VAR / 'secrets', 'vault')}")
    INDEX_KEY = env.keys("NABIJ_INDEX_KEY", f"dev:{env.kept_secret(VAR / 'secrets', 'index')}")
    INTAKE_KEY = env.keys("NABIJ_INTAKE_KEY", f"dev:{env.kept_secret(VAR / 'secrets', 'intake')}")

DEBUG = env.flag("NABIJ_DEBUG", default=False)
DEMO = env.flag("NABIJ_DEMO", default=ENVIRONMENT == "development")
BENCH = env.flag("NABIJ_BENCH", default=False)  # adds the page that the others are measured against
if PRODUCTION and (DEBUG or DEMO or BENCH):
    raise ImproperlyConfigured("NABIJ_DEBUG, NABIJ_DEMO and NABIJ_BENCH must be off in production.")
ALLOWED_HOSTS = env.names("NABIJ_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost,[::1]")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("NABIJ_HOSTS is not set. See .env.example for what it means.")
SITE_URL = env.text("NABIJ_SITE_URL", None if PRODUCTION else f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip(
    "/"
)
if PRODUCTION and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("NABIJ_SITE_URL must start with https://.")

# One database, two roles: the site may neither own tables nor empty them (DECISIONS, Database roles).
_app_url = env.text("DATABASE_URL", None if PRODUCTION else "postgresql://nabij_app@127.0.0.1:1/nabij")
_owner_url = env.text("MIGRATION_DATABASE_URL", _app_url)
DATABASES = {
    "default": env.database(_app_url, "DATABASE_URL") | {"CONN_MAX_AGE": 60},
    "owner": env.database(_owner_url, "MIGRATION_DATABASE_URL"),
}
# Short questions only: joins in the order in which they are written (the table that the conditions narrow comes first),
# for trying every other order takes longer than the answer; no workers or compiler that have to be started; and one
# plan for each kept question (accounts/counting.py), whoever asks it.
DATABASES["default"]["OPTIONS"].setdefault(
    "options",
    "-c join_collapse_limit=1 -c max_parallel_workers_per_gather=0 -c jit=off -c plan_cache_mode=force_generic_plan",
)
DATABASE_ROUTERS = ["accounts.grants.OwnerMigrates"]
APP_DATABASE_ROLE = DATABASES["default"]["USER"] or "nabij_app"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", None if PRODUCTION else "redis://127.0.0.1:1/0")

INSTALLED_APPS = [
    "accounts",
    "cases",
    "referrals",
    "referrals.directory",
    "desk",
    "desk.mailroom",
    "desk.lists",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.forms",  # the widgets' own templates, which FORM_RENDERER looks up like all others
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "accounts.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.PrivateHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accounts.middleware.StatelessPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.Denials",
    "accounts.middleware.WholePages",
    "accounts.sessions.middleware.Sessions",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SecondFactor",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "desk.urls"
WSGI_APPLICATION = "desk.wsgi.application"
ASGI_APPLICATION = "desk.asgi.application"
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
                "desk.frame.page_frame",
                "desk.rail.staff_rail",
            ],
            "builtins": [
                "desk.templatetags.nabij",
                "desk.templatetags.lists",
                "django.templatetags.i18n",
                "desk.templatetags.kept",
                "django.templatetags.static",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if ENVIRONMENT == "test"
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.entrance.LoginForm",
    "signup": "accounts.forms.entrance.SignUpForm",
    "request_login_code": "accounts.forms.entrance.AskCodeForm",
    "confirm_login_code": "accounts.forms.entrance.LoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.entrance.AddressCodeForm",
    "reset_password": "accounts.forms.entrance.ForgottenForm",
    "confirm_password_reset_code": "accounts.forms.entrance.ForgottenCodeForm",
    "reset_password_from_key": "accounts.forms.entrance.NewPasswordForm",
    "change_password": "accounts.forms.entrance.ChangePasswordForm",
    "set_password": "accounts.forms.entrance.SetPasswordForm",
    "add_email": "accounts.forms.entrance.ChangeAddressForm",
    "reauthenticate": "accounts.forms.entrance.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without a password one logs in with a code by mail
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # theirs live in the cache; accounts/throttle.py counts in the database
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("NABIJ_PROXIES", int(env.flag("NABIJ_BEHIND_PROXY", default=False)))
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.factors.FactorForm",
    "reauthenticate": "accounts.forms.factors.FactorAgainForm",
    "activate_totp": "accounts.forms.factors.AddAppForm",
    "deactivate_totp": "accounts.forms.factors.RemoveAppForm",
    "generate_recovery_codes": "accounts.forms.factors.NewCodesForm",
    "add_webauthn": "accounts.forms.factors.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.factors.NamePasskeyForm",
    "login_webauthn": "accounts.forms.factors.PasskeyLoginForm",
    "authenticate_webauthn": "accounts.forms.factors.PasskeyFactorForm",
    "reauthenticate_webauthn": "accounts.forms.factors.PasskeyAgainForm",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = False
MFA_TOTP_TOLERANCE = 1  # half minutes on either side
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey alone is enough, so it must ask for a finger, face or PIN
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
FACTOR_RESET_WAIT = timedelta(hours=env.number("NABIJ_FACTOR_RESET_HOURS", 24))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

# The employer's own log-in, when there is one. Nobody is found by an address, and nothing of theirs is kept.
OIDC = employer.read(
    env.text, env.names, max_age=env.number("NABIJ_OIDC_MAX_AGE_MINUTES", 0),
    new_accounts=env.flag("NABIJ_OIDC_NEW_ACCOUNTS", default=False), production=PRODUCTION, roles=set(Role.values),
)  # fmt: skip
SOCIALACCOUNT_ADAPTER = "accounts.employer.adapter.EmployerAccounts"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# Sessions live in the database: a restarted broker logs nobody out. Limits: accounts/sessions/limits.py; the row of a
# lapsed session stays a day after its last use, to say whose text it is that comes in too late.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 24 * 3600
SESSION_LIMITS = {  # idle, absolute
    "staff": (
        timedelta(minutes=env.number("NABIJ_STAFF_IDLE_MINUTES", 15)),
        timedelta(hours=env.number("NABIJ_STAFF_SESSION_HOURS", 10)),
    ),
    "client": (
        timedelta(minutes=env.number("NABIJ_CLIENT_IDLE_MINUTES", 20)),
        timedelta(hours=env.number("NABIJ_CLIENT_SESSION_HOURS", 2)),
    ),
}
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_AGE = None  # gone with the browser, like the session
LANGUAGE_COOKIE_NAME = "__Host-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
CSRF_FAILURE_VIEW = "desk.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# Headers
SECURE_SSL_REDIRECT = PRODUCTION and env.flag("NABIJ_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # a monitor on the machine itself asks by http
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("NABIJ_BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *(OIDC.form_origins if OIDC else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# Language and time
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = USE_I18N = True
FORMAT_MODULE_PATH = ["desk.formats"]

# Files of the site
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENVIRONMENT == "test" or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Mail. In the demo it is kept as files and shown on /demo/mail/.
EMAIL_HOST = env.text("NABIJ_SMTP_HOST", None if PRODUCTION else "127.0.0.1")
EMAIL_PORT = env.number("NABIJ_SMTP_PORT", 587 if PRODUCTION else 1025)
EMAIL_HOST_USER = env.text("NABIJ_SMTP_USER", " ").strip()
EMAIL_HOST_PASSWORD = env.text("NABIJ_SMTP_PASSWORD", " ").strip()
EMAIL_USE_TLS = env.flag("NABIJ_SMTP_TLS", default=PRODUCTION)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = (
    "desk.demo.mail.FolderBackend"
    if DEMO and not env.text("NABIJ_SMTP_HOST", " ").strip()
    else "django.core.mail.backends.smtp.EmailBackend"
)
DEMO_MAIL_FOLDER = VAR / "demo-mail"
DEFAULT_FROM_EMAIL = env.text("NABIJ_FROM_EMAIL", None if PRODUCTION else "Loket <loket@nabij.example>")
MAILBOX = mailroom.read(env.text, env.number, production=PRODUCTION)  # the one that people write to; None: it is off

# Text messages and signs on a device, to staff; without a gateway or a key there are none.
SMS = gateway.read(env.text, production=PRODUCTION)
VAPID_KEY = vapid.check(
    env.text(
        "NABIJ_VAPID_KEY", " " if ENVIRONMENT != "development" else env.kept_secret(VAR / "secrets", "vapid")
    ).strip()
)
VAPID_CONTACT = env.text("NABIJ_VAPID_CONTACT", SITE_URL if PRODUCTION else "mailto:loket@nabij.example")
PUSH_SERVICES = env.names(
    "NABIJ_PUSH_SERVICES",
    "fcm.googleapis.com,updates.push.services.mozilla.com,*.push.services.mozilla.com,*.notify.windows.com,"
    "web.push.apple.com,*.push.apple.com",
)
if PRODUCTION and any(":" in name for name in PUSH_SERVICES):
    raise ImproperlyConfigured("NABIJ_PUSH_SERVICES must be names without a port.")

# Celery carries hints only; a lost broker loses nothing (SECURITY, adopted 1).
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 60, 90
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    # A hint that cannot be given is dropped at once: the request must go on, and the sweep delivers.
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TIMEZONE = TIME_ZONE

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING" if ENVIRONMENT == "test" else "INFO"},
}

# What the organisation decides (DECISIONS.md: these are the defaults)
BRAND_NAME = env.text("NABIJ_BRAND", "Nabij")
MFA_TOTP_ISSUER = BRAND_NAME
ORGANISATION_NAME = {
    "nl": env.text("NABIJ_ORGANISATION", "Defensie"),
    "en": env.text("NABIJ_ORGANISATION_EN", "Defence"),
}
REFERENCE_PREFIX = env.text("NABIJ_REFERENCE_PREFIX", "NB")
QUICK_EXIT_URL = env.text("NABIJ_QUICK_EXIT_URL", "https://www.knmi.nl/")
DESK_MAIL = env.text("NABIJ_DESK_MAIL", " " if PRODUCTION else "loket@nabij.example").strip()
# Keys with which the telephone system signs its reports (docs/telephone.md); none: there is no such hook.
PHONE_HOOK_KEYS = env.keys("NABIJ_PHONE_HOOK_KEYS", None) if env.text("NABIJ_PHONE_HOOK_KEYS", " ").strip() else {}
if set(PHONE_HOOK_KEYS.values()) & {*VAULT_KEYS.values(), *INDEX_KEY.values(), *INTAKE_KEY.values()}:
    raise ImproperlyConfigured("NABIJ_PHONE_HOOK_KEYS must be other keys than those that encrypt.")
URGENCY_TERMS = env.table("NABIJ_URGENCY_TERMS")  # replaces single values of cases/deadlines.py
SNAPSHOT_FILE = VAR / "public-snapshot.json"
RETURN_INTERVIEW_WEEKS = env.number("NABIJ_RETURN_INTERVIEW_WEEKS", 12)
LETTER_LINK_DAYS = timedelta(days=env.number("NABIJ_LETTER_LINK_DAYS", 14))  # so long the link of a letter opens it
LETTER_ANSWER_DAYS = env.number("NABIJ_LETTER_ANSWER_DAYS", 10)  # working days in which a provider answers
WRONG_LINK_PAUSE = 0 if ENVIRONMENT == "test" else 0.5  # seconds that a guessed link takes

# Documents: the virus scanner, as host:port or the path of a socket; without one they are looked through all the same.
CLAMD = env.text("NABIJ_CLAMD", " ").strip()
if CLAMD and not CLAMD.startswith("/") and not CLAMD.rpartition(":")[2].isdecimal():
    raise ImproperlyConfigured("NABIJ_CLAMD must be host:port, or the path of a socket.")
FILE_UPLOAD_HANDLERS = ["desk.uploads.InMemory"]  # what is sent never lies unencrypted on a disk
FILE_UPLOAD_MAX_MEMORY_SIZE = 25_000_000  # of one request: as much as goes along with a message
