"""The text's form: sub-cases with their own times, fees and papers; local parts beside what they inherit."""

import pytest
from django.urls import reverse

from cms.models import Case, Channel, Cost, EvidenceGroup, PartState, ProcessingTime
from cms.selectors import show
from cms.services import scope_of_area
from cms.vocabulary import AgencyKind, DecisionAction, EditorRole, Part, ScopePart
from tests import factories as make
from tests.cms.editors import begin, draft_item, make_editor, make_team

pytestmark = pytest.mark.django_db
TABLES = (
    *(
        "cases",
        "steps",
        "channels",
        "time",
        "costs",
        "groups",
        "evidence",
        "forms",
        "requirements",
        "legal_basis",
        "result",
    ),
    *("agencies", "internal"),
)


def typed(rows, **fields):
    """A POST of the form: `rows` names (table, place) → values."""
    values = {"name": "Cấp thẻ", "version": "0", **fields}
    for table in TABLES:
        lines = [line for name, line in rows if name == table]
        values |= {f"{table}-TOTAL_FORMS": str(len(lines)), f"{table}-INITIAL_FORMS": "0"}
        for place, line in enumerate(lines):
            values |= {f"{table}-{place}-{name}": value for name, value in line.items()}
    return values


@pytest.fixture
def agency():
    return make.make_agency()


@pytest.fixture
def drafter(agency, client):
    drafter = make_team(agency)[0]
    client.force_login(drafter, backend="django.contrib.auth.backends.ModelBackend")
    return drafter


def form_of(item):
    return reverse("desk_text", args=[item.effects.get(content__isnull=False).pk])


def test_sub_cases_have_their_own_time_fee_and_papers(agency, drafter, client):
    item = draft_item(begin(drafter, agency), drafter, name="Cấp thẻ")
    rows = [
        ("cases", {"case": "9.1", "title": "Nộp tại xã"}),
        ("cases", {"title": "Nộp tại tỉnh"}),
        ("channels", {"kind": "IN_PERSON"}),
        ("time", {"row": "1", "case": "9.1", "amount": "3", "unit": "WORKING_DAY"}),
        ("costs", {"row": "1", "case": "2", "kind": "FEE", "amount": "50.000"}),
        ("groups", {"case": "9.1"}),
        ("groups", {"case": "2", "title": "Hồ sơ nộp tại tỉnh"}),
        ("evidence", {"group": "2", "name": "Tờ khai"}),
    ]
    assert client.post(form_of(item), typed(rows)).status_code == 302
    content = item.effects.get().content
    assert list(Case.objects.filter(content=content).values_list("case", "title")) == [
        ("9.1", "Nộp tại xã"),
        ("2", "Nộp tại tỉnh"),
    ]
    assert ProcessingTime.objects.get(content=content).case == "9.1"
    assert Cost.objects.get(content=content).case == "2"
    assert [one.title for one in EvidenceGroup.objects.filter(content=content)] == ["Nộp tại xã", "Hồ sơ nộp tại tỉnh"]


def test_a_line_that_points_nowhere_is_told_and_everything_typed_stays(agency, drafter, client):
    item = draft_item(begin(drafter, agency), drafter, name="Cấp thẻ")
    rows = [
        ("time", {"row": "4", "case": "9.9", "amount": "3", "unit": "WORKING_DAY"}),
        ("steps", {"label": "Bước 1", "text": "Nộp hồ sơ tại Một cửa"}),
        ("steps", {"label": "Bước 2", "text": "Nhận kết quả"}),
    ]
    answer = client.post(form_of(item), typed(rows, reception="Số 1 phố Huế"))
    page = answer.content.decode()
    assert answer.status_code == 200
    for words in ("Chưa có “trường hợp” nào mang số 9.9", "Chưa có “cách nộp” nào mang số 4"):
        assert words in page
    for words in ("Nộp hồ sơ tại Một cửa", "Nhận kết quả", "Số 1 phố Huế", 'value="9.9"'):
        assert words in page
    assert not Channel.objects.filter(content=item.effects.get().content).exists()


def test_papers_without_a_group_get_one(agency, drafter, client):
    item = draft_item(begin(drafter, agency), drafter, name="Cấp thẻ")
    assert client.post(form_of(item), typed([("evidence", {"group": "1", "name": "Tờ khai"})])).status_code == 302
    assert EvidenceGroup.objects.filter(content=item.effects.get().content).count() == 1


def test_a_local_place_stands_beside_the_ministrys_and_nothing_else_is_copied(agency, client):
    procedure = make.make_procedure(code="1.001193")
    parts = {Part.NAME: "Cấp thẻ", Part.RECEPTION: "Bộ phận Một cửa của Bộ"}
    make.enact(procedure, "Cấp thẻ", issuer=agency, parts=parts)
    province = make.make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE)
    drafter = make_editor("tinh", EditorRole.DRAFTER, province)
    client.force_login(drafter, backend="django.contrib.auth.backends.ModelBackend")
    decision = begin(drafter, province)
    local = {"procedure": procedure, "part": ScopePart.PLACE, "scope": scope_of_area(province)}
    item = draft_item(decision, drafter, DecisionAction.AMEND, name="Cấp thẻ", **local)
    page = client.get(form_of(item)).content.decode()
    assert "Văn bản trên: Bộ phận Một cửa" in page
    assert "Bộ phận Một cửa của Bộ" in page
    assert "steps-TOTAL_FORMS" not in page
    values = {"name": "Cấp thẻ", "version": "0", "reception": "Trung tâm Phục vụ hành chính công tỉnh"}
    assert client.post(form_of(item), values).status_code == 302
    content = item.effects.get().content
    assert PartState.objects.get(content=content, part=Part.RECEPTION).raw_text == values["reception"]
    assert not content.step_set.exists()
    make.publish(make_direct(decision))
    shown = show(procedure, province, decision.effective_from)
    assert shown.local_text(ScopePart.PLACE).words(Part.RECEPTION) == values["reception"]
    assert shown.text.words(Part.RECEPTION) == "Bộ phận Một cửa của Bộ"


def make_direct(decision):
    """Past the steps of review, which are another test's."""
    type(decision).objects.filter(pk=decision.pk).update(route="DIRECT")
    decision.refresh_from_db()
    return decision
