"""Editors see in the admin what an import left for them, and can't change it there."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from importers.models import ImportBatch, ImportRow, QuarantinedRow
from importers.run import run_import
from tests.importers.catalogue import file_of, listed, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = get_user_model().objects.create_superuser(username="bien-tap", password="x", full_name="Nguyễn Thị Biên")
    client.force_login(user)
    return client


def address(model, view, *args):
    return reverse(f"wagtailsnippets_importers_{model._meta.model_name}:{view}", args=args)


def test_runs_rows_and_texts_set_apart_can_be_looked_at(editor):
    foreign = record(name="Hỗ trợ sản xuất", steps="Của thủ tục khác")
    run_import(files=[file_of(foreign), file_of(listed())], on=date(2026, 3, 2))
    seen = {
        ImportBatch: "procedures.jsonl",
        ImportRow: "đã cách ly, thủ tục chỉ giữ tên",
        QuarantinedRow: "Của thủ tục khác",
    }
    for model, text in seen.items():
        assert editor.get(address(model, "list")).status_code == 200
        answer = editor.get(address(model, "inspect", model.objects.get().pk))
        assert text in answer.content.decode()


def test_nothing_of_it_is_changed_by_hand(editor):
    run_import(files=[file_of(record())], on=date(2026, 3, 2))
    batch = ImportBatch.objects.get()
    for view, args in (("add", ()), ("edit", (batch.pk,)), ("delete", (batch.pk,))):
        # Without the right, the admin leads back to its first page.
        assert editor.get(address(ImportBatch, view, *args)).status_code in (302, 403)
    assert ImportBatch.objects.count() == 1
