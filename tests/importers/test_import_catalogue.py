"""What becomes of a catalogue's rows: new, corrected, amended, listed, set apart; and a second run writes nothing."""

from datetime import date

import pytest

from cms.models import (
    Agency,
    CatalogueSnapshot,
    Change,
    ClassMembership,
    Cost,
    Effect,
    Listing,
    PartState,
    Procedure,
    ProcedureContent,
    ProcedureIdentifier,
    Sector,
    ValidityPeriod,
)
from cms.selectors import show
from cms.services import roll_back
from cms.vocabulary import AgencyKind, AgencyTextKind, ChangeKind, Part, Presence
from importers import run
from importers.models import CatalogueName, ImportBatch, ImportRow, QuarantinedRow
from tests import factories as make
from tests.importers.catalogue import COMMUNES, MONDAY, TUESDAY, counts, listed, record, take

pytestmark = pytest.mark.django_db


def text_of(code, on=MONDAY, agency=None):
    return show(Procedure.objects.get(code=code), agency, on).text


def periods(code):
    rows = ValidityPeriod.objects.standing().filter(procedure__code=code).order_by("holds_from")
    return [(row.content.name, row.valid_from, row.holds_from, row.valid_to) for row in rows]


def lists(code):
    rows = Listing.objects.standing().filter(procedure__code=code, valid_to=None)
    return {str(row.scope.agency or row.scope.agency_class) for row in rows}


def test_a_record_becomes_a_text_that_holds_since_an_unknown_day():
    assert counts(take(record())) == {"created": 1}
    assert periods("1.000001") == [("Đăng ký khai sinh", None, MONDAY, None)]
    procedure = Procedure.objects.get(code="1.000001")
    assert procedure.slug == "dang-ky-khai-sinh"
    text = text_of("1.000001")
    assert [step.text for step in text.of("Step")] == ["Nộp hồ sơ"]
    assert [(cost.amount, cost.row) for cost in text.of("Cost")] == [(8000, 1)]
    assert text.content.sector == Sector.objects.get(name="Hộ tịch")
    assert text.presence(Part.REQUIREMENTS) == Presence.NOT_PUBLISHED
    assert PartState.objects.filter(content=text.content).count() == len(Part)
    snapshot = CatalogueSnapshot.objects.get()
    assert (snapshot.file_name, snapshot.read_on) == ("procedures.jsonl", MONDAY)


def test_a_class_of_agencies_gets_the_procedure_on_its_list_and_a_phrase_does_not():
    phrase = "Cơ quan được giao theo quy định"
    take(record(agencies=[COMMUNES, phrase]))
    assert lists("1.000001") == {COMMUNES}
    kinds = {row.text: row.kind for row in text_of("1.000001").of("AgencyText")}
    assert kinds == {COMMUNES: AgencyTextKind.CLASS, phrase: AgencyTextKind.PHRASE}
    assert not Agency.objects.filter(name=phrase).exists()


def rows_in_tables():
    models = (Procedure, ProcedureContent, Effect, ValidityPeriod, Listing, Change, CatalogueSnapshot, ImportBatch)
    return [model.objects.count() for model in (*models, ImportRow, QuarantinedRow, CatalogueName, Agency)]


def test_a_second_run_writes_nothing_and_says_so():
    rows = [record(), record("1.000002", "Đăng ký kết hôn"), listed("1.000003", "Đăng ký giám hộ"), listed()]
    assert take(*rows).wrote
    before = rows_in_tables()
    again = take(*rows, on=TUESDAY)
    assert not again.wrote
    assert counts(again) == {"unchanged": 3}
    assert rows_in_tables() == before


def test_a_dry_run_counts_the_same_and_writes_nothing():
    before = rows_in_tables()
    report = take(record(), listed("1.000002"), dry_run=True)
    assert counts(report) == {"created": 2}
    assert not report.wrote
    assert rows_in_tables() == before


def test_changed_text_under_the_same_number_is_a_correction_from_the_first_day():
    take(record())
    assert counts(take(record(steps="Nộp hồ sơ tại một cửa"), on=TUESDAY)) == {"corrected": 1}
    assert [step.text for step in text_of("1.000001", MONDAY).of("Step")] == ["Nộp hồ sơ tại một cửa"]
    assert len(periods("1.000001")) == 1
    assert list(Change.objects.values_list("kind", flat=True)) == [ChangeKind.IMPORTED, ChangeKind.CORRECTED]
    assert counts(take(record(steps="Nộp hồ sơ tại một cửa"), on=TUESDAY)) == {"unchanged": 1}


def test_a_new_decision_number_is_an_amendment_of_unknown_date_listed_for_an_editor():
    take(record())
    assert counts(take(record(number="200/QĐ-BTP", steps="Mới"), on=TUESDAY)) == {"amended": 1}
    assert [(start, holds, end) for _, start, holds, end in periods("1.000001")] == [
        (None, MONDAY, TUESDAY),
        (None, TUESDAY, None),
    ]
    (row,) = ImportRow.objects.filter(outcome="AMENDED")
    assert "100/QĐ-BTP" in row.problems[0]["message"]
    assert counts(take(record(number="200/QĐ-BTP", steps="Mới"), on=TUESDAY)) == {"unchanged": 1}


def test_two_spellings_of_one_number_are_no_amendment():
    take(record(number="100/QĐ-BTP"))
    assert counts(take(record(number="100/QD-BTP"), on=TUESDAY)) == {"corrected": 1}


def test_a_decision_in_hand_is_never_overruled():
    procedure = make.make_procedure("1.000001")
    make.enact(procedure, "Đăng ký khai sinh", date(2025, 7, 1))
    report = take(record(number="200/QĐ-BTP", steps="Khác hẳn"))
    assert counts(report) == {"unchanged": 1}
    assert report.counts["doubtful"] == 1
    assert "Cần xem" in "".join(report.lines())
    (row,) = ImportRow.objects.all()
    assert (row.code, [problem["code"] for problem in row.problems]) == ("1.000001", ["decision_in_hand"])
    assert not take(record(number="200/QĐ-BTP", steps="Khác hẳn"), on=TUESDAY).wrote
    assert Effect.objects.filter(snapshot__isnull=False).count() == 0


def test_a_catalogue_row_without_a_record_becomes_a_procedure_with_a_name_only():
    take(listed("1.000003", "Đăng ký giám hộ"))
    text = text_of("1.000003")
    stated = {name for name, state in text.parts.items() if state.presence == Presence.STATED}
    assert stated == {Part.NAME, Part.SECTOR, Part.AGENCIES}
    assert not Cost.objects.exists()
    assert lists("1.000003") == {COMMUNES}


def test_a_full_record_completes_a_name_without_a_number():
    take(listed())
    assert counts(take(record(), on=TUESDAY)) == {"corrected": 1}
    assert len(text_of("1.000001", MONDAY).of("Step")) == 1


def test_a_list_after_the_record_changes_nothing_but_vouches_for_the_name():
    take(record())
    report = take(listed(name="ĐĂNG KÝ  KHAI SINH "), on=TUESDAY)
    assert counts(report) == {"unchanged": 1}
    assert CatalogueName.objects.get().code == "1.000001"
    assert CatalogueSnapshot.objects.count() == 1
    assert not take(listed(name="ĐĂNG KÝ  KHAI SINH "), on=TUESDAY).wrote


def test_the_list_names_the_agencies_where_the_record_does_not():
    take(record(agencies=[]), listed())
    assert lists("1.000001") == {COMMUNES}
    assert Listing.objects.get().opened_by.snapshot.file_name == "danh-muc.xlsx"
    assert not take(record(agencies=[]), on=TUESDAY).wrote


def test_agencies_that_differ_between_list_and_record_are_doubtful_and_the_record_holds():
    report = take(record(), listed(agencies=["Sở Tư pháp"]))
    assert lists("1.000001") == {COMMUNES}
    assert [entry["problem"] for entry in report.entries] == ["agencies_differ"]
    assert not take(record(), listed(agencies=["Sở Tư pháp"]), on=TUESDAY).wrote
    rows = [record(), listed(agencies=["Sở Tài chính"])]
    assert [take(*rows, on=TUESDAY).wrote for _ in range(2)] == [True, False]
    assert [row.outcome for row in ImportRow.objects.all()] == ["CREATED", "UNCHANGED"]


def test_another_agency_in_the_next_file_moves_the_procedure_from_list_to_list():
    take(listed())
    report = take(listed(agencies=["Sở Tư pháp"]), on=TUESDAY)
    assert counts(report) == {"corrected": 1}
    assert lists("1.000001") == {"Sở Tư pháp"}
    old = Listing.objects.standing().get(valid_to=TUESDAY)
    assert (old.holds_from, str(old.scope.agency_class)) == (MONDAY, COMMUNES)


# --- foreign texts ---------------------------------------------------------------------------------------------------

FOREIGN = {"name": "Hỗ trợ sản xuất", "number": "226/QĐ-UBND", "steps": "Của thủ tục khác"}


def test_a_record_under_another_name_than_the_list_gives_is_set_apart():
    report = take(record(**FOREIGN), listed())
    assert counts(report) == {"created": 1, "quarantined": 1}
    text = text_of("1.000001")
    assert (text.content.name, text.of("Step")) == ("Đăng ký khai sinh", [])
    (row,) = QuarantinedRow.objects.all()
    assert (row.name, row.reason, row.raw["steps"][0]["text"]) == ("Hỗ trợ sản xuất", "OTHER_NAME", "Của thủ tục khác")
    assert not take(record(**FOREIGN), listed(), on=TUESDAY).wrote


@pytest.mark.parametrize("first", ["record", "list"])
def test_the_order_of_the_files_does_not_matter(first):
    rows = [record(**FOREIGN), listed()]
    for row in rows if first == "record" else reversed(rows):
        take(row)
    text = text_of("1.000001")
    assert (text.content.name, text.of("Step")) == ("Đăng ký khai sinh", [])
    assert QuarantinedRow.objects.count() == 1
    for row in rows:
        assert not take(row, on=TUESDAY).wrote


@pytest.mark.parametrize("second", ["list", "both"])
def test_a_text_set_apart_takes_its_agencies_lists_along(second):
    foreign = record(**FOREIGN, agencies=["Sở Tư pháp"])
    take(foreign)
    rows = [listed(agencies=())] if second == "list" else [foreign, listed(agencies=())]
    assert counts(take(*rows, on=TUESDAY)) == {"corrected": 1, "quarantined": 1}
    assert lists("1.000001") == set()
    assert counts(take(listed(), on=TUESDAY)) == {"corrected": 1}
    assert lists("1.000001") == {COMMUNES}
    take(foreign, on=TUESDAY)
    assert lists("1.000001") == {COMMUNES}


def test_one_text_under_several_codes_is_set_apart_and_the_name_stays_unknown():
    report = take(record("1.000001", **FOREIGN), record("1.000002", **FOREIGN), record("1.000003"))
    assert counts(report) == {"created": 3, "quarantined": 2}
    assert text_of("1.000001").content.name == "Thủ tục mã 1.000001 (chưa rõ tên)"
    assert text_of("1.000001").presence(Part.NAME) == Presence.NOT_PUBLISHED
    take(listed("1.000001", "Mở khóa căn cước"), on=TUESDAY)
    assert text_of("1.000001").content.name == "Mở khóa căn cước"


def test_procedures_may_share_steps_and_dossier_under_their_own_names():
    shared = {"steps": "Như nhau"}
    report = take(record("1.000001", "Giao đất", **shared), record("1.000002", "Cho thuê đất", **shared))
    assert counts(report) == {"created": 2}


def test_the_list_clears_procedures_that_share_name_and_text():
    same = {"name": "Giao đất", "steps": "Như nhau"}
    rows = [record("1.000001", **same), record("1.000002", **same)]
    report = take(*rows, listed("1.000001", "Giao đất"), listed("1.000002", "Giao đất"))
    assert counts(report) == {"created": 2}
    slugs = Procedure.objects.order_by("code").values_list("slug", flat=True)
    assert list(slugs) == ["giao-dat", "giao-dat-2"]


def test_a_new_name_in_the_list_does_not_take_a_vouched_text_away():
    take(record(), listed())
    for _ in range(3):
        report = take(listed(name="Đăng ký khai sinh lại"), on=TUESDAY)
        assert counts(report) == {"unchanged": 1}
        assert [entry["problem"] for entry in report.entries] == ["name_changed"]
    report = take(record(), listed(name="Đăng ký khai sinh lại"), on=TUESDAY)
    assert counts(report) == {"unchanged": 1}
    assert [entry["problem"] for entry in report.entries] == ["name_changed"]
    assert len(text_of("1.000001").of("Step")) == 1
    assert CatalogueName.objects.get().name == "Đăng ký khai sinh"


def test_a_procedure_renamed_by_list_and_record_together_is_corrected():
    take(record(), listed())
    report = take(record(name="Đăng ký khai sinh lại"), listed(name="Đăng ký khai sinh lại"), on=TUESDAY)
    assert counts(report) == {"corrected": 1}
    assert text_of("1.000001").content.name == "Đăng ký khai sinh lại"


# --- identity, time, others at work ----------------------------------------------------------------------------------


def test_identifiers_that_two_procedures_share_lead_to_neither():
    rows = [
        record("1.000001", identifiers={"NATIONAL_UUID": ["a", "b"]}),
        record("1.000002", "Đăng ký kết hôn", identifiers={"NATIONAL_UUID": ["b"]}),
    ]
    take(*rows)
    assert list(ProcedureIdentifier.objects.values_list("procedure__code", "value")) == [("1.000001", "a")]
    assert not take(*rows, on=TUESDAY).wrote


def test_a_list_without_codes_is_recognised_by_its_names():
    row = record(code=None, name="Đăng ký khai tử")
    assert counts(take(row)) == {"created": 1}
    assert Procedure.objects.get().code is None
    assert counts(take(row, on=TUESDAY)) == {"unchanged": 1}


def test_rows_without_a_code_that_share_one_text_are_refused_in_every_run():
    rows = [record(code=None, identifiers={"NATIONAL_UUID": [value]}) for value in "ab"]
    for _ in range(2):
        assert counts(take(*rows)) == {"refused": 2}
    assert not Procedure.objects.exists()


def test_a_row_without_a_code_under_an_identifier_of_another_row_is_refused_in_every_run():
    shared = {"identifiers": {"NATIONAL_UUID": ["a"]}}
    rows = [record(**shared), record(code=None, name="Đăng ký khai tử", **shared)]
    assert counts(take(*rows)) == {"created": 1, "refused": 1}
    assert counts(take(*rows, on=TUESDAY)) == {"unchanged": 1, "refused": 1}
    assert Procedure.objects.count() == 1


def test_a_row_without_a_code_is_recognised_by_an_identifier_of_its_own():
    row = record(code=None, identifiers={"NATIONAL_UUID": ["a"]})
    assert counts(take(row)) == {"created": 1}
    assert counts(take(row, on=TUESDAY)) == {"unchanged": 1}


def test_a_correction_may_bring_an_agency_the_portal_did_not_know():
    take(record())
    departments = ["Sở Tư pháp", "Sở Tài chính"]
    report = take(record(agencies=departments), record("1.000002", "Mới", agencies=departments), on=TUESDAY)
    assert counts(report) == {"created": 1, "corrected": 1}
    assert lists("1.000001") == lists("1.000002") == set(departments)


def test_a_correction_may_come_with_a_class_whose_members_are_known():
    make.make_agency("Xã Phú Đình", AgencyKind.COMMUNE)
    take(record())
    report = take(record(steps="2"), record("1.000002", "Mới", agencies=["Công an cấp xã"]), on=TUESDAY)
    assert counts(report) == {"created": 1, "corrected": 1}
    assert lists("1.000002") == {"Công an cấp xã"}
    assert list(ClassMembership.objects.values_list("agency__name", flat=True).distinct()) == ["Xã Phú Đình"]


def test_what_was_taken_back_can_be_imported_again():
    take(record())
    roll_back(what=CatalogueSnapshot.objects.get(), by=None)
    assert counts(take(record(), on=TUESDAY)) == {"created": 1}
    assert len(periods("1.000001")) == 1


def test_a_publication_in_between_makes_the_import_compare_again(monkeypatch):
    procedure = make.make_procedure("1.000001")
    compare, published = run.what_to_keep, []

    def publish_meanwhile(*args):
        if not published:
            published.append(make.enact(procedure, "Đăng ký khai sinh", date(2025, 7, 1)))
        return compare(*args)

    monkeypatch.setattr(run, "what_to_keep", publish_meanwhile)
    report = take(record(steps="Khác"), record("1.000002", "Đăng ký kết hôn"))
    assert counts(report) == {"created": 1, "unchanged": 1}
    assert text_of("1.000001").content.name == "Đăng ký khai sinh"


def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries):
    take(record("1.000001"))
    rows = [record(f"1.{number:06}", f"Thủ tục số {number}") for number in range(2, 202)]
    with django_assert_max_num_queries(120):
        take(*rows, on=TUESDAY)
