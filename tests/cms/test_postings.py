"""The posting ledger follows what is published: a decision puts sheets on the list, hanging them takes them off."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cms.calendar import today
from cms.models import PartState, Posting, PostingAct, ReceptionPoint
from cms.selectors import listing_of, show
from cms.selectors.listing import scopes_of
from cms.selectors.postings import Need, posted, walls
from cms.selectors.sheets import Sheets
from cms.selectors.worklists import work_lists
from cms.services import (
    NotAllowedError,
    check_round,
    hang_sheets,
    roll_back,
    scope_nation,
    scope_of_agency,
    take_down,
    write_contents,
)
from cms.vocabulary import Act, AgencyKind, DecisionAction, EditorRole, Part, Presence, ScopePart
from tests.cms.editors import make_editor
from tests.cms.test_publicity import whole
from tests.factories import (
    add_item,
    draft_content,
    enact,
    make_agency,
    make_content,
    make_decision,
    make_procedure,
    publish,
    repeal,
)

pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = today() - timedelta(days=1), today() + timedelta(days=1)


@pytest.fixture
def commune():
    make_agency("Bộ Tư pháp")
    found = make_agency("Xã Phong Nha", AgencyKind.COMMUNE)
    found.clerk = make_editor("mot-cua", EditorRole.CLERK, found, full_name="Lê Thị Một Cửa")
    found.births, found.deaths = make_procedure(slug="khai-sinh"), make_procedure(slug="khai-tu")
    enact(found.births, "Đăng ký khai sinh", listed=scope_nation())
    enact(found.deaths, "Đăng ký khai tử", listed=scope_nation())
    return found


def amend(procedure, on=None, name="Đăng ký khai sinh", **effect):
    decision = make_decision(effective_from=on or today())
    effect = {"act": Act.OPEN, "content": make_content(procedure, f"{name} (sửa)"), **effect}
    add_item(decision, procedure, DecisionAction.AMEND, effects=[effect])
    return publish(decision)


def hang(agency, point=None, on=None):
    """Hang all that has to."""
    keys = {pk: one.key for pk, one in Sheets(scopes_of(agency, today())).on_day(today()).items()}
    return hang_sheets(agency=agency, point=point, sheets=keys, on=on or today(), by=agency.clerk)


def needs(agency):
    """Need → names, at the agency's only place."""
    (wall,) = walls([agency], today())
    found = {}
    for row in wall.rows:
        found.setdefault(row.need, []).append(row.name)
    return found


def lacking(agency):
    """Name → places at which the version in force does not hang."""
    return {row.version.name: row.lacking for row in posted(walls([agency], today()))[agency.pk]}


def test_a_decision_puts_its_sheet_on_the_list_hanging_takes_it_off_and_taking_the_decision_back_returns_it(commune):
    assert needs(commune) == {Need.HANG: ["Đăng ký khai sinh", "Đăng ký khai tử"]}
    assert hang(commune, on=YESTERDAY) == (2, [])
    assert set(needs(commune)) == {Need.NOTHING}

    decision = amend(commune.births)
    assert needs(commune)[Need.REPLACE] == ["Đăng ký khai sinh (sửa)"]
    assert hang(commune) == (1, [])
    assert set(needs(commune)) == {Need.NOTHING}
    old = Posting.objects.get(taken_down_on=today())
    assert (old.procedure, old.hung_on, old.why) == (commune.births, YESTERDAY, "REPLACED")

    roll_back(what=decision, by=None)
    assert needs(commune)[Need.REPLACE] == ["Đăng ký khai sinh"]
    assert [act.sheets for act in PostingAct.objects.all()] == [2, 1]


def test_a_local_fee_alone_makes_a_new_sheet_at_that_commune_only(commune):
    other = make_agency("Xã Khe Sanh", AgencyKind.COMMUNE)
    other.clerk = make_editor("khe-sanh", EditorRole.CLERK, other)
    hang(commune), hang(other)
    fee = {"part": ScopePart.COST, "scope": scope_of_agency(commune)}
    decision = make_decision(issuer=commune, effective_from=today())
    content = make_content(commune.births, "Đăng ký khai sinh", details=[])
    add_item(decision, commune.births, DecisionAction.AMEND, effects=[{"act": Act.OPEN, "content": content, **fee}])
    publish(decision)
    assert needs(commune)[Need.REPLACE] == ["Đăng ký khai sinh"]
    assert set(needs(other)) == {Need.NOTHING}


def test_what_changes_tomorrow_is_told_today_and_what_ended_has_to_come_down(commune):
    hang(commune)
    amend(commune.births, TOMORROW)
    (wall,) = walls([commune], today())
    (soon,) = wall.needing(Need.SOON)
    assert (soon.day, soon.then.name, soon.hangs_right) == (TOMORROW, "Đăng ký khai sinh (sửa)", True)
    (wall,) = walls([commune], TOMORROW)
    assert [row.procedure for row in wall.needing(Need.REPLACE)] == [commune.births.pk]

    repeal(commune.deaths, today())
    assert needs(commune)[Need.TAKE_DOWN] == ["Đăng ký khai tử"]
    posting = Posting.objects.get(procedure=commune.deaths)
    take_down(agency=commune, point=None, postings=[posting.pk], on=today(), by=commune.clerk)
    assert Need.TAKE_DOWN not in needs(commune)


def test_a_sheet_is_named_by_what_show_gives_whatever_the_history(commune):
    amend(commune.births, date(2025, 9, 1))
    fee = {"part": ScopePart.COST, "scope": scope_of_agency(commune)}
    decision = make_decision(issuer=commune, effective_from=date(2025, 8, 1))
    add_item(
        decision, commune.births, DecisionAction.AMEND,
        effects=[{"act": Act.OPEN, "content": make_content(commune.births, details=[]), **fee}],
    )  # fmt: skip
    publish(decision)
    repeal(commune.deaths, date(2025, 9, 15))
    sheets, seen = Sheets(scopes_of(commune, today())), {}
    for day in (date(2025, 6, 30), date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1), date(2025, 9, 15), today()):
        said = sheets.on_day(day)
        assert list(said) == [row.procedure_id for row in listing_of(commune, day)]
        for procedure in (commune.births, commune.deaths):
            if version := said.get(procedure.pk):
                shown = show(procedure, commune, day)
                assert (version.since, version.content) == (shown.stands_since, shown.base.content_id)
                text = [part | {"on": None} for part in shown.canonical()["parts"]]
                assert seen.setdefault(version.key, text) == text
    assert len(seen) == len({str(text) for text in seen.values()}) == 4


def test_every_open_place_counts_and_sheets_at_a_closed_one_have_to_come_down(commune):
    hall = ReceptionPoint.objects.create(agency=commune, name="Một cửa", address="Thôn 1")
    annex = ReceptionPoint.objects.create(agency=commune, name="Cơ sở 2", address="Thôn 2")
    hang(commune, hall)
    assert lacking(commune) == {"Đăng ký khai sinh": ("Cơ sở 2",), "Đăng ký khai tử": ("Cơ sở 2",)}
    hang(commune, annex)
    assert lacking(commune) == {"Đăng ký khai sinh": (), "Đăng ký khai tử": ()}

    annex.valid_to = today()
    annex.save()
    closed = [wall for wall in walls([commune], today()) if wall.closed]
    assert [(wall.name, wall.counts) for wall in closed] == [("Cơ sở 2", {"take_down": 2})]
    with pytest.raises(ValidationError, match="không niêm yết ở nơi này nữa"):
        hang(commune, annex)


def test_a_version_that_changed_while_the_clerk_was_at_the_wall_is_not_entered_as_hung(commune):
    printed = {pk: one.key for pk, one in Sheets(scopes_of(commune, today())).on_day(today()).items()}
    amend(commune.births)
    done = hang_sheets(agency=commune, point=None, sheets=printed, on=today(), by=commune.clerk)
    assert done == (1, ["Đăng ký khai sinh (sửa)"])
    with pytest.raises(ValidationError, match="chưa đến"):
        hang(commune, on=TOMORROW)


def test_a_round_returns_missing_sheets_to_the_list_and_the_ledger_keeps_every_line(commune):
    hang(commune)
    gone = Posting.objects.get(procedure=commune.births)
    assert check_round(agency=commune, point=None, missing=[gone.pk], on=today(), by=commune.clerk) == (1, 1)
    assert needs(commune)[Need.HANG] == ["Đăng ký khai sinh"]
    for change in (
        gone.delete,
        lambda: Posting.objects.filter(pk=gone.pk).update(taken_down_on=None, taken_down_by=None),
        lambda: Posting.objects.update(hung_on=YESTERDAY),
        lambda: PostingAct.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_reading_a_wall_costs_the_same_whatever_hangs_there(commune):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            walls([commune], today())
        return len(asked)

    hang(commune)
    before = cost()
    for number in range(10):
        enact(make_procedure(), f"Thủ tục {number}", listed=scope_nation())
    hang(commune)
    assert cost() == before <= 6


def test_the_clerk_sees_the_list_on_the_desk_hangs_by_ticking_and_takes_the_ledger_home(commune, client):
    client.force_login(commune.clerk, backend="django.contrib.auth.backends.ModelBackend")
    home, address = "/quan-tri/soan/niem-yet/", f"/quan-tri/soan/niem-yet/{commune.pk}/0/"
    assert "2 phải treo" in client.get(home).content.decode()
    keys = [f"{pk} {one.key}" for pk, one in Sheets(scopes_of(commune, today())).on_day(today()).items()]
    assert keys[0] in client.get(address).content.decode()
    printed = client.post(f"/xem-truoc/niem-yet/{commune.pk}/0/", {"sheet": keys}).content.decode()
    assert printed.count('<article class="sheet"') == 2
    form = {"act": "hang", "sheet": keys, "on": today().strftime("%d/%m/%Y"), "board": "Bảng 1"}
    assert "Chưa đánh dấu tờ nào" in client.post(address, form | {"sheet": []}).content.decode()
    answer = client.post(address, form, follow=True).content.decode()
    assert "Đã ghi 2 tờ treo" in answer
    assert "Phải treo thêm (0)" in answer

    decision = amend(commune.births)
    (task,) = next(one for one in work_lists(commune.clerk, today()) if one.heading == "Niêm yết phải thay").tasks
    assert (task.address, task.note) == (address, "1 phải thay")
    admin = make_editor("quan-tri", is_superuser=True, is_staff=True)
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/quan-tri/soan/{decision.pk}/").content.decode()
    assert "Tờ niêm yết phải thay vì quyết định này" in page
    assert f"{address}?quyet-dinh={decision.pk}" in page
    assert "(sửa)" in client.get(f"{address}?quyet-dinh={decision.pk}").content.decode()

    old = f"http://cong.example.vn/co-quan/{commune.slug}/thu-tuc/khai-sinh/2025-07-01/"
    assert "Phải thay: bản này" in client.get(f"{home}to/", {"dia-chi": old}).content.decode()
    right = old.replace("khai-sinh", "khai-tu")
    assert "Bản này còn đúng" in client.get(f"{home}to/", {"dia-chi": right}).content.decode()
    assert "Không đọc được địa chỉ" in client.get(f"{home}to/", {"dia-chi": "abc"}).content.decode()

    file = client.get(f"/quan-tri/soan/niem-yet/{commune.pk}/so.xlsx")
    rows = list(load_workbook(BytesIO(b"".join(file.streaming_content))).active.values)
    assert len(rows) == 3
    assert {"Trụ sở", "Bảng 1", "Lê Thị Một Cửa"} <= set(map(str, rows[1]))


def test_a_drafter_elsewhere_and_a_reader_here_may_not_write_the_ledger(commune):
    for who in (make_editor("doc", EditorRole.READER, commune), make_editor("xa", "HEAD", make_agency("Bộ Y tế"))):
        with pytest.raises(NotAllowedError, match="ghi sổ niêm yết"):
            hang_sheets(agency=commune, point=None, sheets={}, on=today(), by=who)


def test_only_what_hangs_right_everywhere_and_is_complete_on_the_portal_counts_as_posted(commune, client):
    table, rows = "/tinh-hinh-cong-khai/", f"/tinh-hinh-cong-khai/{commune.slug}/niem-yet/"
    assert rows not in client.get(table).content.decode()
    hang(commune)
    lines = [*whole(), PartState(part=Part.REQUIREMENTS, presence=Presence.NOT_APPLICABLE)]
    states = [one for one in lines if isinstance(one, PartState)]
    draft = draft_content(commune.births, "Khai sinh đủ phần", details=[one for one in lines if one not in states])
    draft.content.applicant_types = "CITIZEN"
    draft.part_states += states
    amend(commune.births, content=write_contents(drafts=[draft])[0])

    assert "0/" in client.get(table).content.decode()
    hang(commune)
    page = client.get(table).content.decode()
    assert f'<a href="{rows}">1</a>/' in page
    assert "(50 %)" in page
    assert "Khai sinh đủ phần" in client.get(rows).content.decode()
    others = client.get(rows.replace("/niem-yet/", "/chua-niem-yet/")).content.decode()
    assert "Đăng ký khai tử" in others
    assert "Trên cổng chưa đủ 7 phần bắt buộc" in others
    assert "Khai sinh đủ phần" not in others
    file = client.get(f"/tinh-hinh-cong-khai/{commune.slug}/niem-yet.xlsx")
    book = list(load_workbook(BytesIO(b"".join(file.streaming_content))).active.values)
    assert [line[2] for line in book[1:]] == ["Trên cổng chưa đủ 7 phần bắt buộc", None]
