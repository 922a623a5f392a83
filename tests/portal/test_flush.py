"""Transactional tests empty every table; the law's guards must be back afterwards."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from cms import triggers
from cms.models import Change
from cms.vocabulary import ChangeKind


@pytest.mark.django_db(transaction=True)
def test_tables_empty_although_guards_refuse_and_the_guards_come_back():
    row = Change.objects.create(sequence=1, kind=ChangeKind.values[0], at=timezone.now())
    with pytest.raises(IntegrityError):
        row.delete()
    call_command("flush", interactive=False, verbosity=0)
    assert not Change.objects.exists()
    assert triggers.missing(connection) == []
