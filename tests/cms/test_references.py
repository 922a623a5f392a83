"""What a reference such as "mục 02 phần I" means is said by an editor; after publication as a correction."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cms.models import Decision, Listing, PendingReference, ValidityPeriod
from cms.selectors import show
from cms.selectors.references import candidates
from cms.services import (
    NotAllowedError,
    WrongStateError,
    correct_reference,
    readiness,
    reopen_reference,
    resolve_reference,
    roll_back,
    save_decision,
)
from cms.vocabulary import Act, DecisionAction
from tests import factories as make
from tests.cms.editors import begin, draft_item, make_team

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)


@pytest.fixture
def agency():
    return make.make_agency()


@pytest.fixture
def team(agency):
    return make_team(agency)


@pytest.fixture
def old(agency):
    """A procedure that item 02 of decision 1265 enacted and listed."""
    procedure = make.make_procedure(code="1.004000", slug="cap-the-xe")
    decision = make.make_decision(number="1265/QĐ-BTP", issuer=agency, effective_from=date(2025, 7, 1))
    nation = make.scope_nation()
    opening = [
        {"act": Act.OPEN, "content": make.make_content(procedure, "Cấp thẻ xe")},
        {"act": Act.LIST, "scope": nation},
    ]
    item = make.add_item(decision, procedure, effects=opening)
    item.label = "02"
    item.save()
    make.publish(decision)
    return procedure


@pytest.fixture
def reference(agency, team):
    decision = begin(team[0], agency, number="2001/QĐ-BTP", effective_from=date(2026, 1, 1))
    item = draft_item(decision, team[0], DecisionAction.REPEAL, name="Thủ tục bãi bỏ")
    return PendingReference.objects.create(item=item, text="mục 02 phần I", decision_number="1265/QĐ-BTP")


def test_the_item_of_the_older_decision_is_offered_and_taking_it_ends_what_it_opened(old, reference, team):
    assert candidates(reference) == [(old, "Cấp thẻ xe")]
    resolve_reference(reference=reference, by=team[0], procedure=old)
    item = reference.item
    assert sorted(item.effects.values_list("procedure", "act")) == [(old.pk, "CLOSE"), (old.pk, "DELIST")]
    assert [one.rule for one in readiness(item.decision)] == []
    assert "là thủ tục 1.004000" in item.decision.acts.last().changed[0][2]


def test_an_edit_of_the_item_keeps_what_its_reference_ends_and_opening_it_again_takes_it_back(old, reference, team):
    resolve_reference(reference=reference, by=team[0], procedure=old)
    item = reference.item
    item.refresh_from_db()
    item = draft_item(item.decision, team[0], DecisionAction.REPEAL, name="Sửa tên", item=item, procedure=old)
    assert item.effects.filter(act=Act.DELIST).count() == 1
    reopen_reference(reference=reference, by=team[0])
    assert not item.effects.exists()
    assert {one.rule for one in readiness(item.decision)} == {"idle-item", "pending-reference"}


def test_a_replacing_item_replaces_what_its_reference_means(old, agency, team):
    decision = begin(team[0], agency, effective_from=date(2026, 1, 1))
    item = draft_item(decision, team[0], DecisionAction.REPLACE, name="Cấp thẻ xe mới", code="1.004001")
    reference = PendingReference.objects.create(item=item, text="Cấp thẻ xe")
    resolve_reference(reference=reference, by=team[0], procedure=old)
    assert item.replacements.get().old == old
    assert item.effects.filter(procedure=old, act=Act.CLOSE).exists()


def test_one_that_concerns_nothing_needs_a_reason_and_no_longer_warns(old, reference, team):
    with pytest.raises(ValidationError, match="vì sao"):
        resolve_reference(reference=reference, by=team[0], reason=" ")
    never = make.make_procedure(code="1.009999")
    with pytest.raises(ValidationError, match="thẩm quyền"):
        resolve_reference(reference=reference, by=team[0], procedure=never)
    resolve_reference(reference=reference, by=team[0], reason="Chưa từng đưa lên cổng")
    assert "pending-reference" not in {one.rule for one in readiness(reference.item.decision)}


def test_after_publication_it_is_a_correction_by_the_head_with_a_reason_and_the_past_stays(old, agency, team, client):
    decision = make.make_decision(issuer=agency, number="2002/QĐ-BTP", effective_from=date(2026, 1, 1))
    other = make.make_procedure(slug="thu-tuc-moi")
    item = make.add_item(decision, other, effects=[{"act": Act.OPEN, "content": make.make_content(other, "Mới")}])
    reference = PendingReference.objects.create(item=item, text="mục 02 phần I", decision_number="1265/QĐ-BTP")
    decision = make.publish(decision)
    page = client.get(decision.get_absolute_url()).content.decode()
    assert "Chưa tìm ra thủ tục được dẫn" in page
    with pytest.raises(WrongStateError):
        resolve_reference(reference=reference, by=team[0], procedure=old)
    with pytest.raises(NotAllowedError):
        correct_reference(reference=reference, by=team[1], procedure=old, note="Đã tra lại")
    with pytest.raises(ValidationError, match="lý do"):
        correct_reference(reference=reference, by=team[2], procedure=old)
    before = show(old, None, ON).hash
    known = Decision.objects.get(pk=decision.pk).published_at
    correct_reference(reference=reference, by=team[2], procedure=old, note="Đã tra Quyết định 1265")
    assert show(old, None, ON).base is None
    assert show(old, None, date(2025, 12, 31)).base is not None
    assert show(old, None, ON, known=known).hash == before
    assert not Listing.objects.standing().in_force_on(ON).filter(procedure=old).exists()
    page = client.get(decision.get_absolute_url()).content.decode()
    assert "Chưa tìm ra" not in page
    assert "Cấp thẻ xe" in page
    act = decision.acts.get(kind="RESOLVED")
    assert (act.by, act.note) == (team[2], "Đã tra Quyết định 1265")
    with pytest.raises(WrongStateError):
        correct_reference(reference=reference, by=team[2], procedure=other, note="Lần nữa")
    roll_back(what=decision, by=None)
    assert ValidityPeriod.objects.standing().in_force_on(ON).filter(procedure=old).exists()


def test_the_screen_finds_by_part_of_a_name_and_asks_when_several_match(old, reference, team, client):
    make.enact(make.make_procedure(code="1.004002"), "Cấp lại thẻ xe")
    client.force_login(team[0], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("desk_reference", args=[reference.pk])
    home = client.get("/quan-tri/soan/").content.decode()
    assert "Dẫn chiếu chờ xác định" in home
    assert address in home
    answer = client.post(address, {"act": "link", "typed": "thẻ xe", "reason": ""})
    assert "Nhiều thủ tục" in answer.content.decode()
    assert "Cấp lại thẻ xe" in answer.content.decode()
    assert client.post(address, {"act": "link", "pick": str(old.pk)}).status_code == 302
    reference.refresh_from_db()
    assert reference.resolved_to == old
    found = client.get(reverse("desk_find_procedures"), {"q": "thẻ xe"}).json()["found"]
    assert {"value": "1.004000", "label": "Cấp thẻ xe"} in found


def test_a_decision_rests_on_others_found_by_their_number(old, reference, team, client):
    decision = reference.item.decision
    client.force_login(team[0], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("desk_edit", args=[decision.pk])
    values = {"number": decision.number, "kind": decision.kind, "version": decision.version, "title": ""}
    assert "Không có quyết định nào" in client.post(address, values | {"more": "77/QĐ-BX"}).content.decode()
    assert client.post(address, values | {"more": "1265/QĐ-BTP"}).status_code == 302
    assert [one.number for one in decision.rests_on.all()] == ["1265/QĐ-BTP"]
    assert decision.acts.last().changed[-1][0] == "Căn cứ các quyết định"
    decision.refresh_from_db()
    save_decision(decision=decision, by=team[0], version=decision.version, values={"title": "Khác"})
    assert decision.rests_on.count() == 1
    assert "1265/QĐ-BTP" in client.get(reverse("desk_decision", args=[decision.pk])).content.decode()
