"""The test suite: a throw-away var/ per run, so that a test never meets a real database, index or file."""

import atexit
import os
import shutil
import tempfile

# Set before base is read: base makes the folder. A test that starts a command of its own names its own PORTAL_VAR
# and the dev settings.
_VAR = tempfile.mkdtemp(prefix="portal-test-")
atexit.register(shutil.rmtree, _VAR, ignore_errors=True)
os.environ["PORTAL_VAR"] = _VAR
os.environ.pop("PORTAL_AGENCY", None)
os.environ.pop("PORTAL_ELASTICSEARCH_URL", None)

from portal.settings.base import *  # noqa: E402, F403
from portal.settings.base import DATABASES, PORTAL_VAR  # noqa: E402

DEBUG = False
# Tests roll the database back and so repeat its change numbers: a page kept from one must not be served in another.
PORTAL_PAGE_CACHE = "off"
SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PORTAL_SERVE_MEDIA = True

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A real file, as in service: in memory there is no write-ahead log and threads share one lock.
    DATABASES["default"]["TEST"] = {"NAME": str(PORTAL_VAR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
