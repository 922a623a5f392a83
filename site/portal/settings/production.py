"""A server: no default for any secret, HTTPS unless told otherwise, static files collected and named by their hash.

It refuses to start rather than run with what a public site of an authority must not have or must not lack.
"""

from django.core.exceptions import ImproperlyConfigured

from portal.settings import environment
from portal.settings.base import *  # noqa: F403
from portal.settings.base import PORTAL_BEHIND_PROXY, PORTAL_CONTACT
from portal.settings.secrets import refuse_weak

DEBUG = False
if environment.flag("PORTAL_DEBUG", default=False):
    raise ImproperlyConfigured("biến môi trường PORTAL_DEBUG đang bật; trang gỡ lỗi không được chạy trên máy chủ.")
SECRET_KEY = refuse_weak(environment.required("SECRET_KEY"))
ALLOWED_HOSTS = [host for host in environment.required("ALLOWED_HOSTS").replace(" ", "").split(",") if host]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("biến môi trường ALLOWED_HOSTS phải ghi rõ tên miền, không được là “*”.")
PORTAL_BASE_URL = environment.required("PORTAL_BASE_URL").rstrip("/")

_OWED = {
    "owner": "PORTAL_OWNER (cơ quan chủ quản)",
    "responsible": "PORTAL_RESPONSIBLE (người chịu trách nhiệm nội dung)",
    "address": "PORTAL_ADDRESS (địa chỉ liên hệ)",
    "phone": "PORTAL_PHONE (điện thoại)",
    "email": "PORTAL_EMAIL (thư điện tử)",
}
if _missing := [label for key, label in _OWED.items() if not PORTAL_CONTACT[key]]:
    raise ImproperlyConfigured(
        f"chân trang của cổng công khai còn thiếu {', '.join(_missing)}. "
        "Hãy đặt các biến môi trường này rồi chạy lại (xem bảng trong docs/operators.md)."
    )
WAGTAILADMIN_BASE_URL = PORTAL_BASE_URL
CSRF_TRUSTED_ORIGINS = environment.listing("CSRF_TRUSTED_ORIGINS") or [PORTAL_BASE_URL]

_HTTPS = environment.flag("PORTAL_HTTPS", default=True)
SECURE_SSL_REDIRECT = _HTTPS
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = environment.integer("PORTAL_HSTS_SECONDS", 3600, least=0, most=63_072_000) if _HTTPS else 0
# The portal can't answer for the other sites below its domain, nor enter the domain into browsers' lists.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# A monitor on the machine asks without TLS.
SECURE_REDIRECT_EXEMPT = [r"^suc-khoe/$"]
if PORTAL_BEHIND_PROXY:
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
