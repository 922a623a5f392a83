"""The door for ASGI servers; start them with `site/` and the project folder on the path: `PYTHONPATH=.:site`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")

application = get_asgi_application()
