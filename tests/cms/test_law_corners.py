"""Corners of the law of time that the random histories found: each once more by hand, to be read."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from cms.models import CatalogueSnapshot, Change, ClassMembership, Effect, User, ValidityPeriod
from cms.selectors import agency_list, each_once, listing_of, show
from cms.selectors.listing import base_periods
from cms.services import (
    NothingStandsError,
    PublishingBlockedError,
    approve_decision,
    correct,
    correct_many,
    join_class,
    merge_agencies,
    roll_back,
    scope_nation,
    scope_of_agency,
    scope_of_area,
    scope_of_class,
    take_moment,
    write_changes,
)
from cms.vocabulary import Act, AgencyKind
from tests import factories as make

pytestmark = pytest.mark.django_db
JUNE, JULY, AUGUST, SEPTEMBER = date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)


def opening(procedure, name, **values):
    return {"act": Act.OPEN, "content": make.make_content(procedure, name), **values}


def memberships(agency):
    rows = ClassMembership.objects.standing().filter(agency=agency).order_by("holds_from")
    return list(rows.values_list("holds_from", "valid_to"))


def test_a_decision_that_opens_and_closes_on_one_day_replaces_whichever_item_stands_first():
    procedure = make.make_procedure()
    make.enact(procedure, "Cũ", JULY)
    decision = make.make_decision(effective_from=AUGUST)
    make.add_item(decision, procedure, effects=[opening(procedure, "Mới"), {"act": Act.CLOSE}])
    make.publish(decision)
    assert show(procedure, None, AUGUST).text.content.name == "Mới"


def test_two_texts_for_one_place_and_day_block_publishing():
    procedure = make.make_procedure()
    decision = make.make_decision(effective_from=JULY)
    make.add_item(decision, procedure, effects=[opening(procedure, "Một")])
    make.add_item(decision, procedure, effects=[opening(procedure, "Hai")])
    with pytest.raises(PublishingBlockedError, match="Mục 1 và mục 2"):
        make.publish(decision)
    assert not ValidityPeriod.objects.exists()


def two_classes_with_one_commune():
    commune = make.make_agency("Xã Ba Chẽ", AgencyKind.COMMUNE)
    classes = make.make_class(), make.make_class("Phường, xã trọng điểm", function="khác")
    for one in classes:
        join_class(agency_class=one, agencies=[commune], on=JULY)
    make.make_agency()
    return commune, *map(scope_of_class, classes)


def test_a_tie_between_two_items_of_one_decision_blocks_it():
    _, one, other = two_classes_with_one_commune()
    procedure = make.make_procedure()
    decision = make.make_decision(effective_from=JULY)
    effects = [opening(procedure, "Một", scope=one), opening(procedure, "Hai", scope=other)]
    make.add_item(decision, procedure, effects=effects)
    with pytest.raises(PublishingBlockedError, match="ngang hàng"):
        make.publish(decision)
    assert not ValidityPeriod.objects.exists()


def test_a_text_that_the_same_decision_closes_is_no_rival():
    commune, one, other = two_classes_with_one_commune()
    procedure = make.make_procedure()
    make.enact(procedure, "Cũ", JULY, scope=one)
    decision = make.make_decision(effective_from=AUGUST)
    effects = [opening(procedure, "Mới", scope=other), {"act": Act.CLOSE, "scope": one}]
    make.add_item(decision, procedure, effects=effects)
    make.publish(decision)
    assert show(procedure, commune, AUGUST).text.content.name == "Mới"


def test_rolling_back_a_decision_lets_the_snapshot_that_cited_it_stand_again():
    procedure = make.make_procedure()
    make.snapshot_of(procedure, "Theo danh mục", read_on=AUGUST, decision_number="15/QĐ-BTP")
    decision = make.make_decision(number="15/QĐ-BTP", effective_from=JULY)
    make.add_item(decision, procedure, effects=[opening(procedure, "Theo văn bản")])
    # The editor's page may still hold the decision as it was before publishing.
    make.publish(decision)
    roll_back(what=decision, by=None)
    assert show(procedure, None, SEPTEMBER).text.content.name == "Theo danh mục"
    assert show(procedure, None, JULY).base is None


def test_a_decision_that_only_lists_a_procedure_leaves_the_snapshots_text_alone():
    procedure = make.make_procedure()
    make.snapshot_of(procedure, "Theo danh mục", read_on=JULY, decision_number="15/QĐ-BTP")
    decision = make.make_decision(number="15/QĐ-BTP", effective_from=AUGUST)
    make.add_item(decision, procedure, effects=[{"act": Act.LIST}])
    make.publish(decision)
    assert show(procedure, None, SEPTEMBER).text.content.name == "Theo danh mục"


def test_only_an_opened_text_can_be_corrected():
    procedure = make.make_procedure()
    make.enact(procedure, on=JULY)
    make.repeal(procedure, AUGUST)
    closing = Effect.objects.get(act=Act.CLOSE)
    with pytest.raises(NothingStandsError):
        correct(effect=closing, content=make.make_content(procedure), by=None)


def test_a_public_decision_is_not_approved_again():
    decision = make.enact(make.make_procedure(), on=JULY)
    with pytest.raises(PublishingBlockedError, match="đã công khai"):
        approve_decision(decision=decision, by=None)


def test_a_successor_takes_over_what_was_left_of_a_membership_and_no_more():
    old, new = make.make_agency("Xã A", AgencyKind.COMMUNE), make.make_agency("Xã B", AgencyKind.COMMUNE)
    join_class(agency_class=make.make_class(), agencies=[old], on=SEPTEMBER)
    merge_agencies(predecessors=[old], successor=new, on=JULY, by=None)
    assert memberships(old) == []
    assert memberships(new) == [(SEPTEMBER, None)]


def test_memberships_of_one_agency_in_one_class_never_overlap_or_touch():
    agency, communes = make.make_agency("Xã A", AgencyKind.COMMUNE), make.make_class()
    assert join_class(agency_class=communes, agencies=[agency], on=AUGUST) == 1
    assert join_class(agency_class=communes, agencies=[agency], on=JULY) == 1
    assert join_class(agency_class=communes, agencies=[agency], on=SEPTEMBER) == 0
    assert memberships(agency) == [(JULY, None)]


def test_without_a_place_a_repealed_national_text_does_not_hide_the_one_that_still_holds():
    procedure, province = make.make_procedure(), make.make_agency("Tỉnh A", AgencyKind.PROVINCE)
    make.enact(procedure, "Cả nước", JULY, issuer=make.make_agency())
    make.repeal(procedure, AUGUST)
    make.enact(procedure, "Của tỉnh", JULY, scope=scope_of_area(province), issuer=province)
    assert show(procedure, None, JULY).text.content.name == "Cả nước"
    shown = show(procedure, None, SEPTEMBER)
    assert shown.text.content.name == "Của tỉnh"
    assert each_once(base_periods(SEPTEMBER)) == [shown.base]


def test_a_wider_scope_with_only_a_local_part_does_not_hide_the_base_text():
    procedure, province = make.make_procedure(), make.make_agency("Tỉnh A", AgencyKind.PROVINCE)
    make.enact(procedure, "Của tỉnh", JULY, scope=scope_of_agency(province), issuer=province)
    decision = make.make_decision(issuer=province, effective_from=JULY)
    make.add_item(decision, procedure, effects=[opening(procedure, "Phí", part="COST", scope=scope_of_area(province))])
    make.publish(decision)
    assert show(procedure, None, AUGUST).text.content.name == "Của tỉnh"


def test_where_a_membership_made_a_tie_later_the_list_names_the_text_its_page_shows():
    commune = make.make_agency("Xã A", AgencyKind.COMMUNE)
    make.make_agency()
    one, other = make.make_class(), make.make_class("Phường", function="khác")
    procedure = make.make_procedure()
    make.enact(procedure, "Z giữ trước", JULY, scope=scope_of_class(one), listed=scope_nation())
    make.enact(procedure, "A đến sau", AUGUST, scope=scope_of_class(other))
    for agency_class in (one, other):
        join_class(agency_class=agency_class, agencies=[commune], on=JULY)
    assert listing_of(commune, SEPTEMBER) == [show(procedure, commune, SEPTEMBER).base]


def test_joining_a_class_stands_in_the_log_and_joining_again_does_not():
    agency, communes = make.make_agency("Xã A", AgencyKind.COMMUNE), make.make_class()
    join_class(agency_class=communes, agencies=[agency], on=JULY)
    join_class(agency_class=communes, agencies=[agency], on=JULY)
    assert list(Change.objects.values_list("kind", flat=True)) == ["JOINED"]


def test_an_agency_that_has_ended_offers_nothing_and_names_who_stands_in_its_place():
    ministry, new = make.make_agency("Bộ X"), make.make_agency("Cục B")
    old = make.make_agency("Cục A", AgencyKind.CENTRAL_UNIT, parent=ministry)
    make.enact(make.make_procedure(), on=JULY, issuer=ministry, listed=scope_of_agency(old))
    merge_agencies(predecessors=[old], successor=new, on=AUGUST, by=None)
    old.refresh_from_db()
    assert len(agency_list(old, JULY).rows) == 1
    ended = agency_list(old, SEPTEMBER)
    assert (ended.rows, ended.successors, ended.no_record) == ([], [new], False)


def test_a_correction_by_a_file_stands_on_that_file_and_can_be_taken_back():
    procedure = make.make_procedure()
    first = make.snapshot_of(procedure, "Bản đầu", read_on=JULY)
    second = CatalogueSnapshot.objects.create(file_name="b.jsonl", sha256="b" * 64, reader="test", read_on=AUGUST)
    effect = Effect.objects.get(snapshot=first, act=Act.OPEN)
    with transaction.atomic():
        pairs = [(effect, make.make_content(procedure, "Bản sửa"))]
        correct_many(pairs=pairs, moment=take_moment(None), sources={effect.pk: second})
        write_changes(take_moment(None), [Change(kind="CORRECTED", procedure=procedure, snapshot=second)])
    shown = show(procedure, None, SEPTEMBER)
    assert shown.canonical()["parts"][0]["snapshot"] == "b" * 64
    roll_back(what=second, by=None)
    shown = show(procedure, None, SEPTEMBER)
    assert (shown.text.content.name, shown.base.opened_by.snapshot) == ("Bản đầu", first)
    roll_back(what=first, by=None)
    assert show(procedure, None, SEPTEMBER).base is None


def test_a_published_decision_takes_no_further_item_and_its_withdrawals_keep_their_author():
    procedure = make.make_procedure()
    decision = make.enact(procedure, on=JULY)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.add_item(decision, procedure)
    roll_back(what=decision, by=None)
    someone = User.objects.create(username="ai-do")
    with pytest.raises(IntegrityError), transaction.atomic():
        ValidityPeriod.objects.update(withdrawn_by=someone)
