"""Decisions handed in through the admin: read by a process of its own within limits, reviewed, made a draft, taken
back; each step by those who may."""

import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cms.models import Decision
from cms.selectors.review import authors_of
from cms.services import readiness, waive_rule
from cms.vocabulary import AgencyKind, DecisionRoute, DecisionState, EditorRole
from importers.decisions import worker
from importers.decisions.bounded import Limits, read_bounded
from importers.models import BatchState, DecisionBatch, RowState
from importers.rows import UnusableFileError
from tests.cms.editors import make_editor
from tests.factories import make_agency
from tests.importers.decision_files import PLACES, Described, as_csv, as_docx, top

pytestmark = pytest.mark.django_db
HOME = "/quan-tri/nhap-quyet-dinh/"
HEADS = ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Địa điểm", "Phí", "Căn cứ pháp lý"]
LAW = "Nghị định số 11/2026/NĐ-CP ngày 05/01/2026 của Chính phủ"


def described(*names, number=77):
    rows = [[str(n), f"1.2345{n:02}", name, "05 ngày", PLACES, "Không", LAW] for n, name in enumerate(names, 1)]
    articles = ["Điều 2. Quyết định này có hiệu lực kể từ ngày ký."]
    title = "công bố Danh mục thủ tục hành chính mới ban hành cấp tỉnh lĩnh vực Chợ"
    blocks = [*top(number, "ngày 01 tháng 9 năm 2026", title, articles=articles), [HEADS, *rows]]
    return Described("nhỏ", blocks, [])


@pytest.fixture
def place():
    return make_agency("Thành phố Bến Sông", AgencyKind.PROVINCE, short_name="Bến Sông")


@pytest.fixture
def editor(client, place):
    found = make_editor("soan", EditorRole.DRAFTER, place)
    client.force_login(found, backend="django.contrib.auth.backends.ModelBackend")
    return found


@pytest.fixture
def started(monkeypatch):
    """What the upload starts; the browser test lets the process itself run."""
    found = []
    monkeypatch.setattr(worker, "start", lambda batch: found.append(batch.pk))
    return found


def send(client, place, *paths, **more):
    files = [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]
    return client.post(f"{HOME}moi/", {"agency": place.pk, "main": files, **more})


def read(client, place, started, *paths, **more):
    """Hand in and read; return the batch."""
    answer = send(client, place, *paths, **more)
    assert answer.status_code == 302, answer.context["form"].errors
    return worker.read_batch(started.pop())


def press(client, row, do, **values):
    row.batch.refresh_from_db()
    return client.post(f"{HOME}muc/{row.pk}/", {"do": do, "version": row.batch.version, **values}, follow=True)


def test_a_zip_is_read_elsewhere_reviewed_and_becomes_a_draft_of_the_editor(client, editor, place, started, tmp_path):
    docx = as_docx(described("Cấp thẻ chợ", "Đổi thẻ chợ", "Thu thẻ chợ"), tmp_path / "qd.docx")
    archive = tmp_path / "ca-bo.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(docx, "thu-muc/qd.docx")
    batch = read(client, place, started, archive)
    assert (batch.state, batch.rows.count(), batch.agency) == (BatchState.REVIEW, 3, place)
    kept = batch.files.get()
    assert (kept.name, kept.file.open("rb").read()) == ("qd.docx", docx.read_bytes())
    first, second, third = batch.rows.all()
    page = client.get(f"{HOME}muc/{first.pk}/").content.decode()
    assert "Cấp thẻ chợ" in page
    assert "05 ngày" in page
    assert "Hãy ghi lý do" in press(client, second, "leave_out").content.decode()
    press(client, second, "leave_out", reason="Trùng với mục 1")
    shown = client.get(f"{HOME}muc/{third.pk}/").context["form"]
    values = {name: shown[name].value() for name in shown.fields if shown[name].value() is not None}
    press(client, third, "accept", **values | {"processing_time": "06 ngày"})
    third.refresh_from_db()
    assert (third.state, third.row["values"]["processing_time"]["text"]) == (RowState.ACCEPTED, "06 ngày")
    assert third.read["values"]["processing_time"]["text"] == "05 ngày"
    batch.refresh_from_db()
    client.post(f"{HOME}{batch.pk}/nhan-het/", {"version": batch.version})
    batch.refresh_from_db()
    answer = client.post(f"{HOME}{batch.pk}/lap-du-thao/", {"version": batch.version}, follow=True)
    decision = Decision.objects.get()
    assert answer.redirect_chain[-1][0] == f"/quan-tri/soan/{decision.pk}/"
    # On the decision's page too: what was left out, by whom, why.
    assert "Trùng với mục 1" in answer.content.decode()
    assert (decision.route, decision.state, decision.items.count()) == (DecisionRoute.REVIEWED, DecisionState.DRAFT, 2)
    assert editor.pk in authors_of(decision)


def test_taking_a_draft_back_keeps_its_log_and_lets_the_same_files_come_again(client, editor, place, started, tmp_path):
    path = as_docx(described("Cấp thẻ chợ"), tmp_path / "qd.docx")
    batch = read(client, place, started, path)
    client.post(f"{HOME}{batch.pk}/lap-du-thao/", {"version": batch.version})
    client.post(f"{HOME}{batch.pk}/thu-hoi/", {"note": "Nhầm tệp"})
    batch.refresh_from_db()
    emptied = Decision.objects.get()
    assert (batch.state, emptied.items.count()) == (BatchState.TAKEN_BACK, 0)
    assert "Nhầm tệp" in emptied.acts.last().note
    again = read(client, place, started, path)
    client.post(f"{HOME}{again.pk}/lap-du-thao/", {"version": again.version})
    assert Decision.objects.get().items.count() == 1


def test_a_draft_from_a_signed_paper_is_blocked_by_little_and_warned_of_the_rest(
    client, editor, place, started, tmp_path
):
    names = "Cấp thẻ chợ", "Đổi thẻ chợ"
    batch = read(client, place, started, as_docx(described(*names), tmp_path / "qd.docx"))
    client.post(f"{HOME}{batch.pk}/lap-du-thao/", {"version": batch.version})
    decision = Decision.objects.get()
    assert {one.severity for one in readiness(decision)} == {"warn"}
    head = make_editor("truong", EditorRole.HEAD, place)
    for rule in {one.rule for one in readiness(decision)}:
        waive_rule(decision=decision, by=head, rule=rule, reason="Bản đã ký không nêu")
    assert not [one for one in readiness(decision) if one.stops]
    decision.effective_from = None
    assert [one.rule for one in readiness(decision) if one.stops] == ["lines"]


def test_what_cannot_be_read_says_why_and_may_be_read_again(client, editor, place, started, tmp_path):
    broken = tmp_path / "hong.docx"
    broken.write_bytes(b"PK\x03\x04" + b"x" * 500)
    batch = read(client, place, started, broken)
    assert batch.state == BatchState.REFUSED
    page = client.get(f"{HOME}{batch.pk}/").content.decode()
    assert "hong.docx" in batch.message
    assert batch.message in page
    client.post(f"{HOME}{batch.pk}/doc-lai/")
    assert started == [batch.pk]
    assert DecisionBatch.objects.get().state == BatchState.WAITING


def test_the_same_files_lead_to_the_batch_they_are_already(client, editor, place, started, tmp_path):
    path = as_docx(described("Cấp thẻ chợ"), tmp_path / "qd.docx")
    first = read(client, place, started, path)
    second = read(client, place, started, path)
    assert second.state == BatchState.REFUSED
    assert f"đợt nhập số {first.pk}" in second.message


@pytest.mark.parametrize(
    ("limits", "said"),
    [(Limits(patience=0.1), "quá sức máy"), (Limits(memory=150 * 1024**2), "bộ nhớ")],
)
def test_reading_ends_at_its_limits_and_says_so(tmp_path, limits, said):
    path = as_docx(described("Cấp thẻ chợ"), tmp_path / "qd.docx")
    with pytest.raises(UnusableFileError, match=said):
        read_bounded([path], limits=limits)


def test_a_batch_whose_reader_died_says_so_and_is_read_once(client, editor, place, started, tmp_path):
    send(client, place, as_docx(described("Cấp thẻ chợ"), tmp_path / "qd.docx"))
    now = timezone.now()
    DecisionBatch.objects.update(state=BatchState.READING, heard_at=now - timedelta(minutes=5))
    batch = DecisionBatch.objects.get()
    assert worker.read_batch(batch.pk) is None
    assert "dừng giữa chừng" in client.get(f"{HOME}{batch.pk}/").content.decode()
    worker.catch_up(now)
    batch.refresh_from_db()
    assert (batch.state, batch.message) == (BatchState.REFUSED, worker.DIED)
    worker.read_again(batch)
    assert worker.read_batch(batch.pk).state == BatchState.REVIEW


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("qd.exe", b"MZ", "không nhận loại tệp này"),
        ("qd.docx", b"<html>", "bên trong không phải tệp .docx"),
        ("qd.pdf", b"", "Tệp rỗng"),
    ],
)
def test_other_kinds_of_files_are_not_kept(client, editor, place, started, name, content, said):
    answer = client.post(f"{HOME}moi/", {"agency": place.pk, "main": ContentFile(content, name=name)})
    assert said in answer.content.decode()
    assert not DecisionBatch.objects.exists()


def test_the_second_editor_is_told_and_keeps_what_was_typed(client, editor, place, started, tmp_path):
    batch = read(client, place, started, as_csv(described("Cấp thẻ chợ", "Đổi thẻ chợ"), tmp_path / "qd.csv"))
    first, second = batch.rows.all()
    shown = client.get(f"{HOME}muc/{second.pk}/").context["form"]
    typed = {name: shown[name].value() for name in shown.fields if shown[name].value() is not None}
    press(client, first, "accept", **{**typed, "name": "Cấp thẻ chợ"})
    answer = client.post(f"{HOME}muc/{second.pk}/", typed | {"do": "accept", "name": "Đổi thẻ chợ mới"})
    assert answer.status_code == 409
    assert "Đổi thẻ chợ mới" in answer.content.decode()
    second.refresh_from_db()
    assert second.name == "Đổi thẻ chợ"
    again = typed | {"do": "accept", "name": "Đổi thẻ chợ mới", "version": answer.context["form"].data["version"]}
    client.post(f"{HOME}muc/{second.pk}/", again)
    second.refresh_from_db()
    assert second.name == "Đổi thẻ chợ mới"


def test_readers_look_others_see_nothing_and_neither_writes(client, editor, place, started, tmp_path):
    batch = read(client, place, started, as_csv(described("Cấp thẻ chợ"), tmp_path / "qd.csv"))
    row = batch.rows.get()
    reader = make_editor("xem", EditorRole.READER, place)
    other = make_editor("khac", EditorRole.HEAD, make_agency("Tỉnh Khác", AgencyKind.PROVINCE))
    for user, opens in ((reader, 200), (other, 403)):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for address in (f"{HOME}{batch.pk}/", f"{HOME}muc/{row.pk}/", f"{HOME}tep/{batch.files.get().pk}/"):
            assert client.get(address).status_code in (opens, 302 if opens == 403 else opens), address
        before = batch.version
        for address in (f"{HOME}{batch.pk}/", f"{HOME}muc/{row.pk}/", f"{HOME}{batch.pk}/lap-du-thao/"):
            client.post(address, {"do": "accept", "version": before, "number": "1/QĐ", "name": "x"})
        batch.refresh_from_db()
        assert (batch.version, batch.state) == (before, BatchState.REVIEW)


def test_taking_back_what_is_public_asks_for_the_right_and_a_reason(client, editor, place, started, tmp_path):
    batch = read(client, place, started, as_docx(described("Cấp thẻ chợ"), tmp_path / "qd.docx"))
    client.post(f"{HOME}{batch.pk}/lap-du-thao/", {"version": batch.version})
    Decision.objects.update(route=DecisionRoute.DIRECT)
    batch.refresh_from_db()
    from importers.decisions.applying import publish

    publish(batch=batch, by=None)
    client.post(f"{HOME}{batch.pk}/thu-hoi/", {"note": "Nhầm"})
    assert Decision.objects.get().state == DecisionState.PUBLISHED
    head = make_editor("truong", EditorRole.HEAD, place)
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    assert "Hãy ghi lý do" in client.post(f"{HOME}{batch.pk}/thu-hoi/", {"note": ""}, follow=True).content.decode()
    client.post(f"{HOME}{batch.pk}/thu-hoi/", {"note": "Công khai nhầm"})
    batch.refresh_from_db()
    assert (Decision.objects.get().state, batch.state) == (DecisionState.ROLLED_BACK, BatchState.TAKEN_BACK)


def test_a_long_list_comes_in_pages_and_the_first_item_to_look_at_stays_first(
    client, editor, place, started, tmp_path, monkeypatch
):
    monkeypatch.setattr("importers.screens.views.PER_PAGE", 2)
    batch = read(client, place, started, as_csv(described("Một", "Hai", ""), tmp_path / "qd.csv"))
    shown = client.get(f"{HOME}{batch.pk}/?muc=tat-ca")
    assert [row.ordinal for row, _why in shown.context["rows"]] == [1, 2]
    assert shown.context["next"].ordinal == 3
    assert "Mục 1–2 trong 3" in shown.content.decode()
    assert [row.ordinal for row, _why in client.get(f"{HOME}{batch.pk}/?muc=tat-ca&trang=2").context["rows"]] == [3]


def test_the_page_of_a_long_draft_shows_some_items_and_the_first_warnings_of_each_rule(
    client, editor, place, started, tmp_path, monkeypatch
):
    monkeypatch.setattr("cms.desk.views.ITEMS_A_PAGE", 2)
    monkeypatch.setattr("cms.desk.views.WARNINGS_SHOWN", 1)
    batch = read(client, place, started, as_csv(described("Một", "Hai", "Ba"), tmp_path / "qd.csv"))
    client.post(f"{HOME}{batch.pk}/lap-du-thao/", {"version": batch.version})
    address = f"/quan-tri/soan/{Decision.objects.get().pk}/"
    shown = client.get(address)
    assert "Các mục (3)" in shown.content.decode()
    assert [item.ordinal for item, _opened in shown.context["items"]] == [1, 2]
    assert [item.ordinal for item, _opened in client.get(f"{address}?trang=2").context["items"]] == [3]
    rules = [one.rule for one, _address in shown.context["findings"]]
    assert len(rules) == len(set(rules))
    whole = client.get(f"{address}?tat-ca=1").context
    assert len(whole["findings"]) == len(rules) + shown.context["unshown"] > len(rules)
    assert whole["stops"] == shown.context["stops"]
