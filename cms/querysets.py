"""Named states of rows that live on two clocks: when they hold, and when the portal knew them."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q


class StandingQuerySet(models.QuerySet[Any]):
    """Rows with `holds_from`, `valid_to`, `recorded_at`, `withdrawn_at`."""

    def standing(self) -> Self:
        """Rows the portal holds to be true now, whatever day they speak of."""
        return self.filter(withdrawn_at__isnull=True)

    def known_on(self, moment: datetime) -> Self:
        """Rows the portal held to be true at `moment`."""
        return self.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=moment), recorded_at__lte=moment)

    def in_force_on(self, day: date) -> Self:
        """Rows that hold on `day`; the day on which a row ends is no longer in it."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), holds_from__lte=day)
