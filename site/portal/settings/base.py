"""What every place shares: apps, languages, templates, files, databases. Variables are read through `environment`."""

import os
from pathlib import Path
from typing import Any

from portal.settings import databases, environment
from portal.settings.security import *  # noqa: F403

# Where lxml is installed openpyxl would read workbooks from outside with it; its own way, defusedxml, refuses entities.
os.environ.update(OPENPYXL_LXML="False")

ROOT = Path(__file__).resolve().parents[3]
SITE = ROOT / "site"

# Everything generated lives under one folder, so that one variable moves it and one backup holds it.
PORTAL_VAR = environment.folder("PORTAL_VAR", ROOT / "var")
PORTAL_AGENCY = environment.text("PORTAL_AGENCY")
PORTAL_PORT = environment.integer("PORT", 8000, least=1, most=65535)
PORTAL_BASE_URL = environment.text("PORTAL_BASE_URL", f"http://127.0.0.1:{PORTAL_PORT}").rstrip("/")
PORTAL_SEARCH_INDEX = PORTAL_VAR / "search.sqlite3"
# Empty: SQLite alone searches. The prefix keeps the indexes of several portals on one server apart.
PORTAL_ELASTICSEARCH_URL = environment.address("PORTAL_ELASTICSEARCH_URL")
PORTAL_ELASTICSEARCH_PREFIX = environment.short_name("PORTAL_ELASTICSEARCH_PREFIX", "portal")
PORTAL_EXPORT = PORTAL_VAR / "export"
PORTAL_BACKUPS = PORTAL_VAR / "backups"
PORTAL_PAGE_CACHE = environment.choice("PORTAL_PAGE_CACHE", ["memory", "files", "off"])
PORTAL_ANNOUNCE_DAYS = environment.choice("PORTAL_ANNOUNCE_DAYS", ["calendar", "working"])
PORTAL_BEHIND_PROXY = environment.flag("PORTAL_BEHIND_PROXY", default=False)

# Under which terms the open data may be used: a name or an address; empty says that none is stated.
PORTAL_DATA_LICENCE = environment.text("PORTAL_DATA_LICENCE")

# The footer a public authority owes its readers; a server refuses to start without it.
PORTAL_CONTACT = {
    "owner": environment.text("PORTAL_OWNER"),
    "responsible": environment.text("PORTAL_RESPONSIBLE"),
    "address": environment.text("PORTAL_ADDRESS"),
    "phone": environment.text("PORTAL_PHONE"),
    "email": environment.text("PORTAL_EMAIL"),
}

# Not "modelsearch": beside wagtail.search every indexing call fails, and only the log says so.
INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "importers",
    "search",
    "cms",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.apps.AccountsConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "import_export",
    "modelcluster",
    "taggit",
    "treebeard",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.visits.VisitsMiddleware",
    # Outside all that makes a page, so that a kept one costs next to nothing; what must see every visit stands before.
    "portal.page_cache.PageCacheMiddleware",
    "portal.headers.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "portal.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    # Last, so that its page stands in the place of the sign-in form.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

_CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "BACKEND": "portal.jinja2.PerLanguageJinja2",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "portal.jinja2.Spoken",
            "extensions": [
                "jinja2.ext.i18n",
                "wagtail.jinja2tags.core",
                "wagtail.images.jinja2tags.images",
            ],
            "context_processors": [*_CONTEXT_PROCESSORS, "portal.context.portal", "cms.views.furniture.furniture"],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT_PROCESSORS},
    },
]

_DATABASE_URL = environment.text("DATABASE_URL")
DATABASES = {
    "default": databases.from_url(_DATABASE_URL) if _DATABASE_URL else databases.sqlite(PORTAL_VAR / "portal.sqlite3")
}

# "pages" holds whole public pages (portal.page_cache): in each worker's memory, or in files all workers share.
# At most MAX_ENTRIES pages of portal.page_cache.LARGEST bytes: 200 MB.
_PAGES = {"TIMEOUT": 300, "OPTIONS": {"MAX_ENTRIES": 1000}}
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages", **_PAGES},
}
if PORTAL_PAGE_CACHE == "files":
    CACHES["pages"] = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": PORTAL_VAR / "pages",
        **_PAGES,
    }

AUTH_USER_MODEL = "cms.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "wagtailadmin_login"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [SITE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
# Django's own vi formats read 05/02/2026 as 2 May. Thousands are grouped by cms.values and by the money form field,
# not by USE_THOUSAND_SEPARATOR: that also puts dots into the row numbers of admin addresses.
FORMAT_MODULE_PATH = ["cms.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_VAR / "static"
STATICFILES_DIRS = [SITE / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = PORTAL_VAR / "media"

# "required": nobody edits on a password alone; "optional": those who have set a phone up are asked for its code.
PORTAL_SECOND_FACTOR = environment.choice("PORTAL_SECOND_FACTOR", ["optional", "required"])
OTP_TOTP_ISSUER = "Cổng thủ tục hành chính"

WAGTAILADMIN_USER_LOGIN_FORM = "cms.sign_in.SignInForm"
WAGTAIL_SITE_NAME = "Cổng thủ tục hành chính"
WAGTAILADMIN_BASE_URL = PORTAL_BASE_URL
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("vi", "Tiếng Việt")]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_TIME_FORMAT = "%H:%M"
# Redirects made on every page move hide addresses that died by mistake; ours come from identifiers.
WAGTAILREDIRECTS_AUTO_CREATE = False
# A government server sends nothing out unasked.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}:{error_id} {message}", "style": "{"}},
    "filters": {"error_id": {"()": "portal.errors.ErrorIdFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["error_id"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
