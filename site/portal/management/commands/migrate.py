"""Django's `migrate`, which here must run on a database whose guards are incomplete: it is what makes them anew.

Django checks the database first, so a version that brings a new guard would refuse its own upgrade for ever.
"""

from typing import Any

from django.core.management.commands import migrate


class Command(migrate.Command):
    """Checks everything but the database beforehand; `check --database default` and `start` still demand the guards."""

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """What to check before migrating: no database."""
        return super().get_check_kwargs(options) | {"databases": None}
