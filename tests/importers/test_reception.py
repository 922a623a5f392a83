"""Reception points: hours as people write them, workbooks that say what they can't take, edits that leave a trace."""

import io
from datetime import date, time, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from cms.calendar import today
from cms.models import Agency, Change, ReceptionPoint
from cms.opening import Closed, UnreadableHoursError, describe_week, read_closed, read_hours
from cms.selectors.reception import reception_points
from cms.services import NotAllowedError
from cms.services.reception import PointDraft, save_points
from cms.vocabulary import AgencyKind, ChangeKind, EditorRole
from importers.reception import COLUMNS, read_reception_points
from tests.cms.editors import make_editor
from tests.factories import make_agency

MORNING, AFTERNOON = (time(7, 30), time(11, 30)), (time(13, 30), time(17))
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "typed",
    ["7h30-11h30; 13h30-17h", "07:30 – 11:30, 13:30–17:00", "Sáng: 7h30 đến 11h30; chiều từ 13 giờ 30 đến 17 giờ"],
)
def test_hours_are_read_as_people_write_them(typed):
    assert read_hours(typed) == [MORNING, AFTERNOON]


@pytest.mark.parametrize("typed", ["", "nghỉ", "Nghỉ", "đóng cửa"])
def test_a_day_off_has_no_hours(typed):
    assert read_hours(typed) == []


@pytest.mark.parametrize("typed", ["sáng", "7h30", "11h30-7h30", "7h30-11h30; 11h-17h", "25h-26h", "7h30-11h30-13h"])
def test_hours_that_make_no_sense_are_refused(typed):
    with pytest.raises(UnreadableHoursError):
        read_hours(typed)


def test_closed_days_are_read_day_first_with_their_reason():
    assert read_closed("02/09/2026; 28/04/2026-03/05/2026: sửa chữa") == [
        Closed(date(2026, 9, 2), date(2026, 9, 2)),
        Closed(date(2026, 4, 28), date(2026, 5, 3), "sửa chữa"),
    ]
    with pytest.raises(UnreadableHoursError):
        read_closed("03/05/2026-28/04/2026")
    with pytest.raises(UnreadableHoursError):
        read_closed("Tết")


def test_days_with_the_same_hours_stand_together():
    week = {day: [MORNING, AFTERNOON] for day in range(1, 6)} | {6: [MORNING]}
    assert describe_week(week) == [
        ("Thứ Hai – Thứ Sáu", "7h30–11h30, 13h30–17h00"),
        ("Thứ Bảy", "7h30–11h30"),
        ("Chủ nhật", "nghỉ"),
    ]
    assert describe_week({}) == []


@pytest.fixture
def commune(db):
    province = make_agency("Tỉnh Quảng Ninh", kind=AgencyKind.PROVINCE)
    return make_agency("Phường Hạ Long", kind=AgencyKind.COMMUNE, parent=province, unit_code="06652")


def workbook(path, *rows, heads=None):
    book = Workbook()
    sheet = book.active
    sheet.append(["Danh sách nơi tiếp nhận"])
    sheet.append(heads or list(COLUMNS.values()))
    for row in rows:
        sheet.append([row.get(key, "") for key in COLUMNS])
    book.save(path)
    return path


def row(**values):
    week = {f"day{number}": "7h30-11h30; 13h30-17h" for number in range(1, 6)}
    stated = {"code": "06652", "name": "Một cửa phường Hạ Long", "address": "Số 1 phố Bến Đoan", "phone": "0203 3 111"}
    return stated | week | values


def run(path, **options):
    try:
        call_command("import_reception_points", path, **options)
    except SystemExit as stop:
        return stop.code
    return 0


def test_a_workbook_becomes_counters_and_a_second_run_changes_nothing(commune, tmp_path, capsys):
    path = workbook(tmp_path / "noi.xlsx", row(day6="7h30-11h30", closed="23/11/2026: sửa chữa"))
    assert run(path) == 0
    [point] = reception_points(commune, TODAY)
    assert point.week[0] == ("Thứ Hai – Thứ Sáu", "7h30–11h30, 13h30–17h00")
    assert [str(day) for day in point.closed] == ["23/11/2026 (sửa chữa)"]
    assert list(Change.objects.values_list("kind", "agency")) == [(ChangeKind.CONTACT, commune.pk)]
    assert run(path) == 0
    assert "giữ nguyên: 1" in capsys.readouterr().out
    assert Change.objects.count() == 1
    run(workbook(tmp_path / "moi.xlsx", row(day6="")))
    [point] = reception_points(commune, TODAY)
    assert point.week[1] == ("Thứ Bảy – Chủ nhật", "nghỉ")


def test_a_dry_run_writes_nothing(commune, tmp_path):
    assert run(workbook(tmp_path / "noi.xlsx", row()), dry_run=True) == 0
    assert not ReceptionPoint.objects.exists()


def test_bad_rows_are_named_with_their_cell_and_the_others_go_in(commune, tmp_path, capsys):
    path = workbook(
        tmp_path / "noi.xlsx",
        row(),
        row(name="Hỏng giờ", day1="từ sáng"),
        row(name="Lạ", code="99999"),
        row(name="", address="x"),
        row(name="Công thức", address='="a"&"b"'),
        row(name="Trùng", phone="1"),
        row(name="Trùng", phone="2"),
    )
    assert run(path) == 1
    said = capsys.readouterr().err
    assert "dòng 4: ô H4 (Thứ Hai)" in said
    assert "mã 99999" in said
    assert "thiếu “Tên nơi tiếp nhận”" in said
    assert "ô E7 là công thức" in said
    assert "“Trùng” của Phường Hạ Long có nhiều dòng khác nhau" in said
    assert list(ReceptionPoint.objects.values_list("name", flat=True)) == ["Một cửa phường Hạ Long"]


def test_an_agency_that_will_end_still_has_its_counter_today(commune, tmp_path):
    Agency.objects.filter(pk=commune.pk).update(valid_to=today() + timedelta(days=30))
    assert not read_reception_points(workbook(tmp_path / "a.xlsx", row())).refused
    Agency.objects.filter(pk=commune.pk).update(valid_to=today())
    assert read_reception_points(workbook(tmp_path / "a.xlsx", row())).refused


def test_an_agency_is_found_by_name_and_province_and_never_guessed(commune, tmp_path, capsys):
    other = make_agency("Tỉnh Khác", kind=AgencyKind.PROVINCE)
    make_agency("Phường Hạ Long", kind=AgencyKind.COMMUNE, parent=other)
    named = row(code="", agency="phường Hạ long")
    assert run(workbook(tmp_path / "a.xlsx", named)) == 1
    assert "có 2 cơ quan" in capsys.readouterr().err
    assert run(workbook(tmp_path / "b.xlsx", named | {"province": "Tỉnh Quảng Ninh"})) == 0
    assert ReceptionPoint.objects.get().agency == commune


def test_files_that_are_no_such_workbook_are_refused(db, tmp_path):
    text = tmp_path / "a.xlsx"
    text.write_text("không phải sổ tính", "utf-8")
    for path, reason in ((text, "không phải sổ tính"), (workbook(tmp_path / "b.xlsx", heads=["A", "B"]), "Địa chỉ")):
        with pytest.raises(CommandError, match=reason) as error:
            call_command("import_reception_points", path)
        assert error.value.returncode == 2


def test_the_template_is_what_the_reader_reads(commune, tmp_path):
    path = tmp_path / "mau.xlsx"
    call_command("import_reception_points", template=path)
    book = load_workbook(path)
    for column, value in enumerate((row().get(key, "") for key in COLUMNS), 1):
        book.active.cell(2, column, value)
    book.save(path)
    assert run(path) == 0
    assert ReceptionPoint.objects.get().agency == commune
    with pytest.raises(CommandError, match="không ghi đè"):
        call_command("import_reception_points", template=path)


def test_a_department_is_served_at_the_counter_above_and_a_commune_is_not(commune, tmp_path):
    province = commune.get_parent()
    department = make_agency("Sở Tư pháp", kind=AgencyKind.DEPARTMENT, parent=province)
    ReceptionPoint.objects.create(agency=province, name="Trung tâm Phục vụ hành chính công", address="x")
    assert [point.of for point in reception_points(department, TODAY)] == [province]
    assert reception_points(commune, TODAY) == []


def test_a_counter_stands_only_between_its_days(commune):
    ReceptionPoint.objects.create(agency=commune, name="Cũ", address="x", valid_to=TODAY)
    ReceptionPoint.objects.create(agency=commune, name="Mới", address="x", valid_from=TODAY)
    assert [point.name for point in reception_points(commune, TODAY)] == ["Mới"]


@pytest.fixture
def editor(client, db):
    user = get_user_model().objects.create_superuser(username="bien-tap", password="x", full_name="Nguyễn Thị Biên")
    client.force_login(user)
    return client


def test_the_admin_takes_a_workbook_and_gives_the_template(editor, commune, tmp_path):
    where = reverse("reception_import")
    assert "Tải tệp mẫu" in editor.get(where).content.decode()
    sent = workbook(tmp_path / "noi.xlsx", row(), row(name="Lạ", code="1")).read_bytes()
    shown = editor.post(where, {"file": SimpleUploadedFile("noi.xlsx", sent)})
    assert "mới: 1" in shown.content.decode()
    assert "mã 1" in shown.content.decode()
    assert not ReceptionPoint.objects.exists()
    answer = editor.post(where, {"confirm": shown.context["note"]}).content.decode()
    assert "Nơi tiếp nhận mới: 1" in answer
    assert "mã 1" in answer
    assert "không phải sổ tính" in editor.post(where, {"file": SimpleUploadedFile("a.xlsx", b"x")}).content.decode()
    template = b"".join(editor.get(reverse("reception_template")).streaming_content)
    assert load_workbook(io.BytesIO(template)).active["A1"].value == "Mã cơ quan"


def test_an_edit_in_the_admin_stands_in_the_change_log(editor, commune):
    form = {"agency": commune.pk, "name": "Một cửa", "address": "Số 1", "phone": "", "email": "", "note": ""}
    for part in ("hours", "closed_days"):
        form |= {f"{part}-TOTAL_FORMS": 0, f"{part}-INITIAL_FORMS": 0}
    answer = editor.post(reverse("wagtailsnippets_cms_receptionpoint:add"), form)
    assert answer.status_code == 302
    assert Change.objects.get().kind == ChangeKind.CONTACT
    point = ReceptionPoint.objects.get()
    editor.post(reverse("wagtailsnippets_cms_receptionpoint:delete", args=[point.pk]))
    assert Change.objects.count() == 2


def test_somebody_without_the_right_can_not_hand_in_a_workbook(client, db):
    user = get_user_model().objects.create_user(username="ai-do", password="x")
    client.force_login(user)
    assert client.get(reverse("reception_import")).status_code == 302


def test_what_no_column_can_hold_and_what_is_no_mail_address_is_refused_with_its_cell(commune, tmp_path, capsys):
    path = workbook(
        tmp_path / "noi.xlsx",
        row(name="Một", closed=f"23/11/2026: {'sửa ' * 60}"),
        row(name="Hai", email="không có"),
        row(name="Ba", email="motcua@example.vn", closed=f"23/11/2026: {'a' * 200}"),
    )
    assert run(path) == 1
    said = capsys.readouterr().err
    assert "lý do nghỉ dài hơn 200 ký tự" in said and "“không có” không phải địa chỉ thư điện tử" in said
    assert list(ReceptionPoint.objects.values_list("name", flat=True)) == ["Ba"]


def test_a_file_with_a_long_vietnamese_name_is_taken(editor, commune, tmp_path):
    sent = workbook(tmp_path / "noi.xlsx", row()).read_bytes()
    named = SimpleUploadedFile(f"{'Nơi tiếp nhận hồ sơ ' * 12}.xlsx", sent)
    assert "mới: 1" in editor.post(reverse("reception_import"), {"file": named}).content.decode()


def confirm(client, content, name="noi.xlsx"):
    """Hand in a list; return the preview and what confirming it answers."""
    shown = client.post(reverse("reception_import"), {"file": SimpleUploadedFile(name, content)})
    return shown, lambda: client.post(reverse("reception_import"), {"confirm": shown.context["note"]})


def test_the_preview_shows_each_difference_and_nothing_else_is_written(editor, commune, tmp_path):
    first = workbook(tmp_path / "a.xlsx", row(), row(name="Hai")).read_bytes()
    confirm(editor, first)[1]()
    text = (
        ",".join(f'"{head}"' for head in COLUMNS.values())
        + '\n06652,,,Một cửa phường Hạ Long,"Số 2 <b>phố</b>",0203 3 111'
        + "," * 12
    )
    shown, write = confirm(editor, text.encode(), "noi.csv")
    page = shown.content.decode()
    assert "<del>1 phố Bến Đoan</del> <ins>2 &lt;b&gt;phố&lt;/b&gt;</ins>" in page
    assert "đổi: 1" in page
    assert ReceptionPoint.objects.filter(address="Số 1 phố Bến Đoan").count() == 2
    write()
    assert set(ReceptionPoint.objects.values_list("name", "address")) == {
        ("Một cửa phường Hạ Long", "Số 2 <b>phố</b>"),
        ("Hai", "Số 1 phố Bến Đoan"),
    }
    assert "giữ nguyên: 1" in confirm(editor, text.encode(), "noi.csv")[0].content.decode()


def test_what_changed_between_preview_and_confirming_is_shown_again(editor, commune, tmp_path):
    confirm(editor, workbook(tmp_path / "a.xlsx", row()).read_bytes())[1]()
    _shown, write = confirm(editor, workbook(tmp_path / "b.xlsx", row(phone="1900")).read_bytes())
    ReceptionPoint.objects.update(phone="1022")
    assert write().status_code == 409
    assert ReceptionPoint.objects.get().phone == "1022"


def test_a_drafter_hands_in_the_points_of_the_own_agency_only(client, commune, tmp_path):
    other = make_agency("Phường Khác", kind=AgencyKind.COMMUNE, unit_code="09999")
    user = make_editor("soan", EditorRole.DRAFTER, commune)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    sent = workbook(tmp_path / "a.xlsx", row(), row(code="09999", name="Của nơi khác")).read_bytes()
    shown, write = confirm(client, sent)
    assert "không có quyền sửa liên hệ" in shown.content.decode()
    write()
    assert ReceptionPoint.objects.get().agency == commune
    with pytest.raises(NotAllowedError):
        save_points(drafts=[PointDraft(other, "x", "y")], by=user)
