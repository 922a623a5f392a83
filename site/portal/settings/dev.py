"""A laptop: `make run`. Static files straight from their folders, e-mail on the console, a random key kept in var/."""

from portal.settings import environment
from portal.settings.base import *  # noqa: F403
from portal.settings.base import PORTAL_VAR
from portal.settings.secrets import kept_secret

# Off unless asked for: `make run` must show the portal's own 404 and 500 pages, and DEBUG keeps every query in memory.
DEBUG = environment.flag("PORTAL_DEBUG", default=False)
SECRET_KEY = environment.text("SECRET_KEY") or kept_secret(PORTAL_VAR / "secret-key")
ALLOWED_HOSTS = environment.listing("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
INTERNAL_IPS = ["127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PORTAL_SERVE_MEDIA = True
