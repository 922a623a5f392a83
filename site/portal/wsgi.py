"""The door for WSGI servers; start them with `site/` and the project folder on the path: `PYTHONPATH=.:site`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_wsgi_application()
