"""A server: no default for any secret, HTTPS unless told otherwise, static files collected and named by their hash."""

from portal.settings import environment
from portal.settings.base import *  # noqa: F403

DEBUG = False
SECRET_KEY = environment.required("SECRET_KEY")
ALLOWED_HOSTS = [host for host in environment.required("ALLOWED_HOSTS").replace(" ", "").split(",") if host]
PORTAL_BASE_URL = environment.required("PORTAL_BASE_URL").rstrip("/")
WAGTAILADMIN_BASE_URL = PORTAL_BASE_URL
CSRF_TRUSTED_ORIGINS = environment.listing("CSRF_TRUSTED_ORIGINS") or [PORTAL_BASE_URL]

_HTTPS = environment.flag("PORTAL_HTTPS", default=True)
SECURE_SSL_REDIRECT = _HTTPS
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = environment.integer("PORTAL_HSTS_SECONDS", 0, least=0, most=63_072_000)
if environment.flag("PORTAL_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

EMAIL_HOST = environment.text("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.integer("EMAIL_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=False)
DEFAULT_FROM_EMAIL = environment.text("PORTAL_EMAIL", "webmaster@localhost")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# The web server in front hands out media files; see docs/operators.md.
PORTAL_SERVE_MEDIA = False
