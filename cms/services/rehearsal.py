"""What the public will see: the decision is published inside a transaction that is always taken back."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from cms.calendar import local_day
from cms.models import Decision, User
from cms.services.bundle import draft_effects
from cms.services.changelog import take_moment
from cms.services.publishing import record_drafts
from cms.services.timeline import rebuild_for


@contextmanager
def rehearsed(decision: Decision, by: User) -> Iterator[None]:
    """Within this the portal answers as if the decision were published; afterwards nothing has happened."""
    with transaction.atomic():
        moment = take_moment(by)
        effects = draft_effects(decision)
        record_drafts(decision, effects, moment, local_day(moment.at))
        rebuild_for(effects, moment)
        yield
        transaction.set_rollback(True)
