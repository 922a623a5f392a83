"""A read decision becomes a batch, is put right by an editor, and then a decision like any other."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from cms.models import Decision, Effect, PendingReference, Procedure, Replacement
from cms.selectors.listing import listing_of
from cms.selectors.showing import show
from cms.services import roll_back, scope_of_agency
from cms.vocabulary import AgencyKind
from importers.decisions.applying import NotReadyError, apply, publish
from importers.decisions.obstacles import obstacles
from importers.decisions.opening_again import StillStandsError, open_again
from importers.decisions.plain import from_plain, to_plain
from importers.decisions.review import (
    BatchChangedError,
    NotInReviewError,
    accept,
    accept_clean,
    choose_procedure,
    correct_head,
    correct_row,
    leave_out,
)
from importers.decisions.rows import DecisionFile, DecisionHead, DecisionReading, ItemRow, Reference, Value
from importers.decisions.staging import stage
from importers.decisions.taking_back import take_back
from importers.models import BatchState, DecisionBatch, RowState
from importers.rows import PartRow, Place, Problem, ProcedureRow, StepRow
from tests.factories import enact, make_agency, make_procedure

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 20)
FILE = "quyet-dinh.docx"


def place(row=1):
    return Place(FILE, "bảng 2", row)


def item(ordinal, name, action="ENACT", **more):
    values = {key: Value(text, place(ordinal)) for key, text in more.pop("values", {}).items()}
    return ItemRow(
        ordinal, place(ordinal), name, label=str(ordinal), action=action, levels=("PROVINCE",), values=values, **more
    )


def reading(*items, sha="a" * 64, **head):
    head = {
        "number": "294/QĐ-UBND",
        "signed_on": date(2026, 7, 10),
        "effective_from": date(2026, 7, 10),
        "issuer": "ỦY BAN NHÂN DÂN TỈNH QUẢNG NINH",
        "title": "Về việc công bố thủ tục hành chính",
    } | head
    return DecisionReading([DecisionFile(FILE, sha)], head=DecisionHead(**head), items=list(items))


@pytest.fixture
def province():
    return make_agency("Tỉnh Quảng Ninh", AgencyKind.PROVINCE, short_name="Quảng Ninh")


@pytest.fixture
def national():
    """A procedure with a ministry's text."""
    procedure = make_procedure("1.004222")
    enact(procedure, "Đăng ký đất đai", on=date(2025, 7, 1), issuer=make_agency("Bộ Nông nghiệp và Môi trường"))
    return procedure


def take_in(*items, **head):
    batch, _ = stage(reading(*items, **head), by=None)
    accept_clean(batch=batch, version=batch.version, by=None)
    return batch


def go_public(batch):
    apply(batch=batch, by=None)
    batch.refresh_from_db()
    return publish(batch=batch, by=None)


def test_what_was_read_survives_as_json():
    text = ProcedureRow(place(), "1.1", "Tên", parts={"STEPS": PartRow("STEPS", "STATED", "Nộp", place())})
    text.steps = [StepRow("Nộp")]
    row = item(1, "Tên", content=text, effective_from=TODAY, references=[Reference("số 2")], values={"fees": "Không"})
    assert from_plain(ItemRow, to_plain(row)) == row


def test_a_province_sets_its_own_time_and_place_over_the_ministrys_text(province, national):
    values = {"processing_time": "12 ngày làm việc", "place": "Trung tâm Phục vụ hành chính công tỉnh"}
    go_public(take_in(item(1, "Đăng ký đất đai", "AMEND", code="1.004222", values=values)))
    shown = show(national, province, TODAY)
    assert shown.base.scope.key == "N"
    assert shown.local_text("TIME").of("ProcessingTime")[0].amount == 12
    assert shown.local_text("PLACE").raw("RECEPTION") == values["place"]
    assert [row.procedure for row in listing_of(province, TODAY)] == [national]


def test_a_procedure_of_its_own_gets_an_address_and_the_text_of_its_annex(province):
    text = ProcedureRow(place(), None, "Tách thửa", parts={"STEPS": PartRow("STEPS", "STATED", "Nộp hồ sơ", place())})
    text.steps = [StepRow("Nộp hồ sơ")]
    sub = item(2, "Xã miền núi", parent=1, values={"processing_time": "22 ngày làm việc"})
    sub.label = "1.1"
    go_public(take_in(item(1, "Tách thửa", content=text, values={"processing_time": "12 ngày làm việc"}), sub))
    (procedure,) = Procedure.objects.all()
    shown = show(procedure, province, TODAY)
    assert (procedure.slug, shown.base.content.name) == ("tach-thua", "Tách thửa")
    assert [step.text for step in shown.text.of("Step")] == ["Nộp hồ sơ"]
    assert [(row.case, row.amount) for row in shown.text.of("ProcessingTime")] == [("", 12), ("1.1", 22)]
    assert [case.title for case in shown.text.of("Case")] == ["Xã miền núi"]


def test_a_repeal_ends_only_what_is_the_issuers_own(province, national):
    go_public(take_in(item(1, "Đăng ký đất đai", "AMEND", code="1.004222", values={"fees": "Không"})))
    go_public(take_in(item(1, "Đăng ký đất đai", "REPEAL", code="1.004222"), sha="b" * 64, number="300/QĐ-UBND"))
    shown = show(national, province, TODAY)
    assert shown.base is not None
    assert not shown.local
    assert listing_of(province, TODAY) == []


def test_what_replaces_what_is_kept_and_unknown_references_wait(province):
    go_public(take_in(item(1, "Thủ tục cũ", code="1.000001")))
    new = item(1, "Thủ tục mới", "REPLACE", code="1.000002")
    new.references = [Reference("", code="1.000001"), Reference("số thứ tự 02 phần I", "1265/QĐ-UBND")]
    go_public(take_in(new, sha="b" * 64, number="300/QĐ-UBND"))
    (found,) = Replacement.objects.select_related("old", "new")
    assert (found.old.code, found.new.code) == ("1.000001", "1.000002")
    assert [row.procedure.code for row in listing_of(province, TODAY)] == ["1.000002"]
    assert PendingReference.objects.get().decision_number == "1265/QĐ-UBND"


def test_the_same_files_are_one_batch(province):
    batch, fresh = stage(reading(item(1, "Tách thửa")), by=None)
    assert fresh
    assert stage(reading(item(1, "Tách thửa")), by=None) == (batch, False)


def test_a_missing_code_is_proposed_by_name_and_decided_by_the_editor(province, national):
    batch, _ = stage(reading(item(1, "Thủ tục đăng ký đất đai", "AMEND")), by=None)
    (row,) = batch.rows.all()
    assert row.proposals[0]["procedure"] == national.pk
    assert row.state == RowState.DOUBTFUL
    with pytest.raises(NotReadyError, match="Hãy chọn thủ tục đó"):
        apply(batch=batch, by=None)
    choose_procedure(row=row, version=batch.version, procedure=national, by=None)
    assert apply(batch=batch, by=None).items.get().procedure == national


def test_of_two_procedures_of_one_name_the_one_of_the_rows_level_is_proposed_first(province):
    ministry = make_agency("Bộ Nông nghiệp và Môi trường")
    above, below = make_procedure("1.013823", slug="cap-tinh"), make_procedure("1.013949", slug="cap-xa")
    for procedure, level in ((above, "PROVINCE"), (below, "COMMUNE")):
        enact(procedure, "Giao đất, cho thuê đất", issuer=ministry, levels=level)
    rows = [item(1, "Giao đất, cho thuê đất"), replace(item(2, "Giao đất, cho thuê đất"), levels=("COMMUNE",))]
    batch = take_in(*rows)
    first, second = batch.rows.all()
    assert [one["procedure"] for one in first.proposals] == [above.pk, below.pk]
    assert (second.proposals[0]["procedure"], second.proposals[0]["levels"]) == (below.pk, "Cấp xã")
    for row in (first, second):
        choose_procedure(row=row, version=batch.version, by=None, procedure=below)
        batch.refresh_from_db()
    with pytest.raises(NotReadyError) as stopped:
        apply(batch=batch, by=None)
    assert "Mục 1 (quyet-dinh.docx, bảng 2, dòng 1) và Mục 2" in stopped.value.messages[0]
    choose_procedure(row=batch.rows.first(), version=batch.version, by=None, procedure=above)
    batch.refresh_from_db()
    assert {one.procedure for one in apply(batch=batch, by=None).items.all()} == {above, below}


def test_a_code_with_the_agency_s_suffix_means_the_national_procedure(province, national):
    batch = take_in(item(1, "Đăng ký đất đai", "AMEND", code="1.004222.000.00.00.H49", values={"fees": "10.000 đồng"}))
    assert [row.procedure for row in batch.rows.all()] == [national]
    go_public(batch)
    assert Procedure.objects.count() == 1


def test_a_code_that_is_unknown_or_another_procedures_is_doubtful(province, national):
    rows = take_in(
        item(1, "Cấp bản sao trích lục hộ tịch", "AMEND", code="1.004222"),
        item(2, "Đăng ký đất đai lần đầu", "AMEND", code="1.999999"),
        item(3, "Đăng ký biến động đất", "ENACT", code="1.888888"),
    ).rows.all()
    assert [row.state for row in rows] == [RowState.DOUBTFUL, RowState.DOUBTFUL, RowState.ACCEPTED]
    messages = [row.row["problems"][0]["message"] for row in rows[:2]]
    assert "là “Đăng ký đất đai”" in messages[0]
    assert "chưa có thủ tục mã 1.999999" in messages[1]


def test_a_corrected_code_means_another_procedure(province, national):
    other = make_procedure("1.555555")
    batch = take_in(item(1, "Đăng ký đất đai", "AMEND", code="1.555555"))
    assert batch.rows.get().procedure == other
    row = correct_row(row=batch.rows.get(), version=batch.version, by=None, fields={"code": "1.004222"})
    assert row.procedure == national


def test_a_head_left_blank_is_asked_for(province):
    batch = take_in(item(1, "Tách thửa"), number="", signed_on=None)
    with pytest.raises(NotReadyError) as refused:
        apply(batch=batch, by=None)
    assert [message.split(".")[0] for message in refused.value.messages] == ["Chưa có số quyết định", "Chưa có ngày ký"]
    correct_head(batch=batch, version=batch.version, values={"number": "5/QĐ-UBND", "signed_on": TODAY}, by=None)
    assert apply(batch=batch, by=None).signed_on == TODAY


def test_an_unknown_issuer_and_a_decision_that_is_there_stop_the_batch(province):
    batch = take_in(item(1, "Tách thửa"), issuer="ỦY BAN NHÂN DÂN TỈNH Ở ĐÂU")
    assert "Cổng không có cơ quan ban hành" in obstacles(batch, issuer=None)[0]
    go_public(take_in(item(1, "Tách thửa"), sha="b" * 64))
    again = take_in(item(1, "Gộp thửa"), sha="c" * 64)
    with pytest.raises(NotReadyError, match="Cổng đã có quyết định 294/QĐ-UBND"):
        apply(batch=again, by=None)


def test_a_refused_row_stays_out_only_by_the_editors_word(province):
    bad = item(1, "", problems=[Problem("refused", "no_name", place(), "NAME", "", "không có tên.")])
    batch = take_in(bad, item(2, "Tách thửa"))
    with pytest.raises(NotReadyError, match="không có tên"):
        apply(batch=batch, by=None)
    row = batch.rows.get(ordinal=1)
    with pytest.raises(ValidationError, match="Hãy sửa hoặc bỏ ra"):
        accept(row=row, version=batch.version, by=None)
    leave_out(row=row, version=batch.version, by=None)
    assert [one.name for one in apply(batch=batch, by=None).items.all()] == ["Tách thửa"]
    assert batch.rows.get(ordinal=1).state == RowState.LEFT_OUT


def test_a_correction_keeps_what_was_read_and_clears_the_doubt(province):
    doubtful = item(1, "Tách thửa")
    doubtful.values["processing_time"] = Value("08 ngày làm", place(), doubt="mất chữ")
    batch, _ = stage(reading(doubtful), by=None)
    row = batch.rows.get()
    assert row.state == RowState.DOUBTFUL
    correct_row(row=row, version=0, by=None, values={"processing_time": "08 ngày làm việc"})
    kept = from_plain(ItemRow, batch.rows.get().row).values["processing_time"]
    assert (kept.text, kept.raw, kept.doubt) == ("08 ngày làm việc", "08 ngày làm", "")
    assert from_plain(ItemRow, batch.rows.get().read).values["processing_time"].doubt == "mất chữ"


def test_a_doubt_nobody_looked_at_is_shown_as_unverified(province):
    doubtful = item(1, "Tách thửa")
    doubtful.values["processing_time"] = Value("8 ngày làm việc", place(), doubt="chữ quét mờ")
    go_public(take_in(doubtful))
    shown = show(Procedure.objects.get(), province, TODAY)
    assert shown.text.of("ProcessingTime")[0].reading == "UNVERIFIED"


def test_the_second_editor_is_told(province):
    batch, _ = stage(reading(item(1, "Tách thửa"), item(2, "Gộp thửa")), by=None)
    one, other = batch.rows.all()
    other.batch = DecisionBatch.objects.get()
    accept(row=one, version=batch.version, by=None)
    with pytest.raises(BatchChangedError):
        accept(row=other, version=0, by=None)
    assert batch.rows.get(ordinal=2).state == RowState.CLEAN
    accept_clean(batch=batch, version=batch.version, by=None)
    apply(batch=batch, by=None)
    batch.refresh_from_db()
    with pytest.raises(NotInReviewError):
        leave_out(row=batch.rows.first(), version=batch.version, by=None)


def test_taking_a_draft_back_leaves_no_trace_of_it(province, national):
    before = {model: model.objects.count() for model in (Decision, Effect, Procedure)}
    batch = take_in(
        item(1, "Tách thửa"), item(2, "Đăng ký đất đai", "AMEND", code="1.004222", values={"fees": "Không"})
    )
    apply(batch=batch, by=None)
    take_back(batch=batch, by=None)
    assert {model: model.objects.count() for model in before} == before
    batch.refresh_from_db()
    assert (batch.state, batch.decision) == (BatchState.TAKEN_BACK, None)
    assert stage(reading(item(1, "Tách thửa")), by=None)[1]


def test_taking_a_published_batch_back_lets_the_former_state_stand_again(province, national):
    batch = take_in(item(1, "Đăng ký đất đai", "AMEND", code="1.004222", values={"fees": "Không"}))
    go_public(batch)
    batch.refresh_from_db()
    take_back(batch=batch, by=None)
    assert not show(national, province, TODAY).local
    assert listing_of(province, TODAY) == []


def test_a_decision_that_was_taken_back_is_imported_again_from_the_same_file(province, national):
    def taken_in(fees):
        return item(1, "Đăng ký đất đai", "AMEND", code="1.004222", values={"fees": fees})

    batch = take_in(taken_in("10.000 đồng"))
    go_public(batch)
    batch.refresh_from_db()
    first = batch.decision
    assert stage(reading(taken_in("10.000 đồng")), by=None) == (batch, False)
    other = take_in(taken_in("20.000 đồng"), sha="b" * 64)
    assert "đã có quyết định 294/QĐ-UBND" in " ".join(obstacles(other, issuer=province))
    # On the decision's own page: the batch itself was not asked.
    roll_back(what=first, by=None)
    assert obstacles(other, issuer=province) == []
    again, is_new = stage(reading(taken_in("10.000 đồng")), by=None)
    assert is_new
    accept_clean(batch=again, version=again.version, by=None)
    go_public(again)
    again.refresh_from_db()
    assert again.decision.pk != first.pk
    assert again.decision.slug == first.slug
    assert set(show(national, province, TODAY).local) == {"COST"}
    assert stage(reading(taken_in("10.000 đồng")), by=None) == (again, False)
    batch.refresh_from_db()
    assert batch.decision == first


def test_what_was_taken_back_is_opened_again_with_every_answer_and_published_as_the_same_procedures(province):
    batch = take_in(item(1, "Cấp thẻ chợ"), item(2, "Thu thẻ chợ"), item(3, "Cấp biển số nhà"))
    leave_out(row=batch.rows.get(ordinal=3), version=batch.version, by=None, reason="Của xã")
    batch.refresh_from_db()
    with pytest.raises(StillStandsError):
        open_again(batch=batch, by=None)
    first = go_public(batch)
    batch.refresh_from_db()
    take_back(batch=batch, by=None)
    made = Procedure.objects.count()
    again = open_again(batch=batch, by=None)
    with pytest.raises(StillStandsError):
        open_again(batch=batch, by=None)
    correct_row(row=again.rows.get(ordinal=2), version=again.version, by=None, fields={"name": "Thu hồi thẻ chợ"})
    again.refresh_from_db()
    second = go_public(again)
    assert (second.slug, [one.name for one in second.items.all()]) == (first.slug, ["Cấp thẻ chợ", "Thu hồi thẻ chợ"])
    assert [one.procedure for one in second.items.all()] == [one.procedure for one in first.items.all()]
    assert Procedure.objects.count() == made
    assert again.left_out().get().reason == "Của xã"
    assert [file.sha256 for file in again.files.all()] == [file.sha256 for file in batch.files.all()]


def test_a_list_for_communes_reaches_each_commune_of_the_province(province):
    commune = make_agency("Phường Hồng Gai", AgencyKind.COMMUNE, province)
    row = item(1, "Cấp bản sao")
    row.levels = ("COMMUNE",)
    go_public(take_in(row))
    assert [one.content.name for one in listing_of(commune, TODAY)] == ["Cấp bản sao"]
    assert listing_of(province, TODAY) == []
    assert not Effect.objects.filter(scope=scope_of_agency(province)).exists()
