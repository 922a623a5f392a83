"""Acts become periods: what publishing, correcting, rolling back and late arrivals leave standing."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from cms import triggers
from cms.models import Change, Effect, Listing, ProcedureContent, Step, ValidityPeriod
from cms.selectors import agency_list, listing_of, show, transitions
from cms.services import (
    PublishingBlockedError,
    approve_decision,
    correct,
    join_class,
    merge_agencies,
    publish_decision,
    roll_back,
    scope_nation,
    scope_of_agency,
    scope_of_area,
    scope_of_class,
)
from cms.vocabulary import Act, AgencyKind
from tests import factories as make

pytestmark = pytest.mark.django_db
JULY, AUGUST, SEPTEMBER = date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)


def standing(procedure):
    return [
        (p.content.name, p.holds_from, p.valid_to)
        for p in ValidityPeriod.objects.standing().filter(procedure=procedure).order_by("holds_from")
    ]


def test_a_later_decision_ends_the_former_period_on_its_day():
    procedure = make.make_procedure()
    make.enact(procedure, "Cũ", JULY)
    make.enact(procedure, "Mới", SEPTEMBER)
    assert standing(procedure) == [("Cũ", JULY, SEPTEMBER), ("Mới", SEPTEMBER, None)]


def test_a_decision_that_arrives_late_takes_its_place_between_the_others():
    procedure = make.make_procedure()
    make.enact(procedure, "Đầu", JULY)
    make.enact(procedure, "Cuối", SEPTEMBER)
    make.enact(procedure, "Giữa", AUGUST)
    assert standing(procedure) == [("Đầu", JULY, AUGUST), ("Giữa", AUGUST, SEPTEMBER), ("Cuối", SEPTEMBER, None)]


def test_a_second_decision_on_the_same_day_leaves_no_period_of_zero_length():
    procedure = make.make_procedure()
    make.enact(procedure, "Sáng", JULY)
    make.enact(procedure, "Chiều", JULY)
    assert standing(procedure) == [("Chiều", JULY, None)]


def test_repeal_leaves_a_gap_that_the_page_can_explain():
    procedure = make.make_procedure()
    make.enact(procedure, "Cũ", JULY)
    make.repeal(procedure, AUGUST)
    shown = show(procedure, None, SEPTEMBER)
    assert shown.base is None
    assert shown.ended.valid_to == AUGUST
    assert shown.ended.closed_by.act == Act.CLOSE


def test_rolling_back_lets_what_stood_before_stand_again_and_keeps_what_was_known():
    procedure = make.make_procedure()
    make.enact(procedure, "Cũ", JULY)
    wrong = make.enact(procedure, "Sai", AUGUST)
    known = Change.objects.latest("sequence").at
    before = show(procedure, None, SEPTEMBER, known).hash
    roll_back(what=wrong, by=None)
    assert standing(procedure) == [("Cũ", JULY, None)]
    assert show(procedure, None, SEPTEMBER, known).hash == before
    assert show(procedure, None, SEPTEMBER, known).text.content.name == "Sai"


def test_correction_changes_the_text_from_its_first_day_on_the_second_clock_only():
    procedure = make.make_procedure()
    decision = make.enact(procedure, "Lỗi chữ", JULY)
    known = Change.objects.latest("sequence").at
    effect = Effect.objects.get(item__decision=decision)
    correct(effect=effect, content=make.make_content(procedure, "Đúng chữ"), by=None)
    assert standing(procedure) == [("Đúng chữ", JULY, None)]
    assert show(procedure, None, JULY, known).text.content.name == "Lỗi chữ"


def test_unknown_start_is_never_the_day_of_import():
    procedure = make.make_procedure()
    make.snapshot_of(procedure, read_on=AUGUST)
    shown = show(procedure, None, SEPTEMBER)
    assert shown.base.valid_from is None
    assert shown.base.holds_from == AUGUST
    assert show(procedure, None, JULY).unknown_before == AUGUST


def test_the_document_takes_the_place_of_the_snapshot_that_cited_it():
    procedure = make.make_procedure()
    make.snapshot_of(procedure, "Theo danh mục", read_on=SEPTEMBER, decision_number="15/QĐ-BTP")
    decision = make.make_decision(number="15/QĐ-BTP", effective_from=JULY)
    content = make.make_content(procedure, "Theo văn bản")
    make.add_item(decision, procedure, effects=[{"act": Act.OPEN, "content": content}])
    make.publish(decision)
    assert standing(procedure) == [("Theo văn bản", JULY, None)]


def test_an_edit_after_approval_voids_it():
    procedure = make.make_procedure()
    decision = make.make_decision(effective_from=JULY)
    make.add_item(decision, procedure, effects=[{"act": Act.OPEN, "content": make.make_content(procedure)}])
    approve_decision(decision=decision, by=None)
    decision.items.update(name="Đổi tên")
    with pytest.raises(PublishingBlockedError, match="sửa sau khi duyệt"):
        publish_decision(decision=decision, by=None)
    assert not ValidityPeriod.objects.exists()
    assert not Change.objects.exists()


def test_a_province_may_not_close_a_ministrys_text_but_may_set_its_own_part():
    province = make.make_agency("Tỉnh Quảng Ninh", AgencyKind.PROVINCE)
    procedure = make.make_procedure()
    make.enact(procedure, "Toàn văn", JULY, issuer=make.make_agency())
    with pytest.raises(PublishingBlockedError, match="không có thẩm quyền"):
        make.repeal(procedure, AUGUST, issuer=province)
    decision = make.make_decision(issuer=province, effective_from=AUGUST)
    local = {
        "act": Act.OPEN,
        "content": make.make_content(procedure, "Phí của tỉnh"),
        "scope": scope_of_area(province),
        "part": "COST",
    }
    make.add_item(decision, procedure, effects=[local])
    make.publish(decision)
    commune = make.make_agency("Xã Ba Chẽ", AgencyKind.COMMUNE, parent=province)
    shown = show(procedure, commune, SEPTEMBER)
    assert shown.text.content.name == "Toàn văn"
    assert shown.local_text("COST").content.name == "Phí của tỉnh"


def test_two_classes_with_a_common_member_are_a_tie_and_block():
    ministry, commune = make.make_agency(), make.make_agency("Xã A", AgencyKind.COMMUNE)
    one, other = make.make_class("Loại một"), make.make_class("Loại hai")
    for agency_class in (one, other):
        join_class(agency_class=agency_class, agencies=[commune], on=JULY)
    procedure = make.make_procedure()
    make.enact(procedure, on=JULY, scope=scope_of_class(one), issuer=ministry)
    with pytest.raises(PublishingBlockedError, match="ngang hàng"):
        make.enact(procedure, on=JULY, scope=scope_of_class(other), issuer=ministry)


def test_a_local_part_without_a_base_is_an_orphan():
    procedure = make.make_procedure()
    province = make.make_agency("Tỉnh A", AgencyKind.PROVINCE)
    decision = make.make_decision(issuer=province, effective_from=JULY)
    effect = {
        "act": Act.OPEN,
        "content": make.make_content(procedure),
        "part": "TIME",
        "scope": scope_of_area(province),
    }
    make.add_item(decision, procedure, effects=[effect])
    make.publish(decision)
    shown = show(procedure, province, AUGUST)
    assert (shown.base, shown.local) == (None, {})
    assert [orphan.part for orphan in shown.orphans] == ["TIME"]


def test_an_agencys_list_is_one_query_whatever_its_length(django_assert_num_queries):
    ministry, commune = make.make_agency(), make.make_agency("Xã A", AgencyKind.COMMUNE)
    communes = make.make_class()
    join_class(agency_class=communes, agencies=[commune], on=JULY)
    for _ in range(5):
        make.enact(make.make_procedure(), on=JULY, issuer=ministry, listed=scope_of_class(communes))
    with django_assert_num_queries(1):
        rows = listing_of(commune, AUGUST)
    assert len(rows) == 5
    with django_assert_num_queries(1):
        assert listing_of(commune, date(2025, 6, 30)) == []


def test_showing_costs_the_same_number_of_queries_with_1_and_with_200_periods(django_assert_num_queries):
    procedure = make.make_procedure()
    make.enact(procedure, "Bản 0", date(2020, 1, 1))
    with CountQueries() as first:
        assert show(procedure, None, date(2030, 1, 1)).hash
    for number in range(1, 200):
        make.enact(
            procedure, f"Bản {number}", date(2020, 1, 1).replace(year=2020 + number // 20, month=1 + number % 12)
        )
    with django_assert_num_queries(first.count):
        assert show(procedure, None, date(2030, 1, 1)).hash
    with django_assert_num_queries(first.count):
        assert show(procedure, None, date(2022, 5, 5)).hash


class CountQueries:
    def __enter__(self):
        self.log = []
        self.wrapper = connection.execute_wrapper(self.wrap)
        self.wrapper.__enter__()
        return self

    def wrap(self, execute, sql, params, many, context):
        self.log.append(sql)
        return execute(sql, params, many, context)

    def __exit__(self, *args):
        self.wrapper.__exit__(*args)
        self.count = len(self.log)


def test_transitions_name_what_a_passing_day_opens_and_ends():
    procedure = make.make_procedure()
    make.enact(procedure, on=JULY)
    make.repeal(procedure, SEPTEMBER)
    assert [(t.day, t.what) for t in transitions(date(2025, 6, 1), date(2025, 12, 1))] == [
        (JULY, "period"),
        (SEPTEMBER, "period"),
    ]
    assert transitions(JULY, AUGUST) == []


@pytest.mark.parametrize(
    "act",
    [
        lambda: ValidityPeriod.objects.update(valid_to=AUGUST),
        lambda: ValidityPeriod.objects.all().delete(),
        lambda: Listing.objects.all().delete(),
        lambda: Effect.objects.update(effective_from=AUGUST),
        lambda: Step.objects.update(text="Sửa lén"),
        lambda: Step.objects.all()._raw_delete("default"),
        lambda: Step.objects.create(content=ProcedureContent.objects.first(), ordinal=9, text="Thêm lén"),
        lambda: ProcedureContent.objects.update(name="Sửa lén"),
        lambda: Change.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_itself_refuses_to_change_what_was_published(act):
    make.enact(make.make_procedure(), on=JULY, listed=scope_nation())
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_the_database_itself_refuses_overlapping_periods():
    procedure = make.make_procedure()
    make.enact(procedure, on=JULY)
    period = ValidityPeriod.objects.get()
    period.pk, period.holds_from, period.valid_from, period.valid_to = None, AUGUST, AUGUST, SEPTEMBER
    with pytest.raises(IntegrityError), transaction.atomic():
        period.save()


def test_a_withdrawn_period_stays_withdrawn():
    procedure = make.make_procedure()
    make.enact(procedure, on=JULY)
    make.enact(procedure, on=JULY)
    with pytest.raises(IntegrityError), transaction.atomic():
        ValidityPeriod.objects.filter(withdrawn_at__isnull=False).update(withdrawn_at=None)


def test_every_guard_is_installed_and_a_missing_one_is_named():
    assert triggers.missing(connection) == []
    name = triggers.guards()[0]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name.name}" + ("" if connection.vendor == "sqlite" else f" ON {name.table}"))
    assert triggers.missing(connection) == [name.name]


def test_before_a_merger_the_predecessors_answer_and_without_them_there_is_no_record():
    ministry = make.make_agency()
    old = make.make_agency("Xã Cũ", AgencyKind.COMMUNE)
    new = make.make_agency("Xã Mới", AgencyKind.COMMUNE, valid_from=AUGUST)
    orphan = make.make_agency("Xã Lẻ", AgencyKind.COMMUNE, valid_from=AUGUST)
    communes = make.make_class()
    join_class(agency_class=communes, agencies=[old, orphan], on=JULY)
    make.enact(make.make_procedure(), on=JULY, issuer=ministry, listed=scope_of_class(communes))
    merge_agencies(predecessors=[old], successor=new, on=AUGUST, by=None)
    before, after = agency_list(new, date(2025, 7, 15)), agency_list(new, SEPTEMBER)
    assert (len(before.rows), before.through, before.no_record) == (1, [old], False)
    assert (len(after.rows), after.through) == (1, [])
    assert agency_list(orphan, date(2025, 7, 15)).no_record
    assert listing_of(old, SEPTEMBER) == []


def test_an_empty_list_before_the_first_reading_is_no_record_not_none_in_force():
    commune = make.make_agency("Xã A", AgencyKind.COMMUNE)
    make.snapshot_of(make.make_procedure(), read_on=AUGUST, listed=scope_of_agency(commune))
    assert agency_list(commune, JULY).no_record
    assert not agency_list(make.make_agency("Xã B", AgencyKind.COMMUNE), JULY).no_record
