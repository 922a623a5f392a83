"""The law's clocks of a decision item, from the legal documents its text rests on."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.calendar import today
from cms.clocks import ClockState, clock_words
from cms.models import LegalBasis, LegalDocument, User
from cms.selectors.publicity import by_agency, publicity
from cms.selectors.terms import decision_terms
from cms.selectors.worklists import work_lists
from cms.vocabulary import DecisionAction, DecisionKind
from tests.cms.editors import begin, draft_item, make_team, write_text
from tests.cms.test_legal import resting_on
from tests.factories import make_agency

pytestmark = pytest.mark.django_db
STARTS = date(2025, 7, 1)


@pytest.fixture
def agency():
    return make_agency("Bộ Tư pháp", slug="bo-tu-phap")


def terms_of(decision, on=STARTS):
    return decision_terms([decision], on)[decision.pk]


def document(number, **values):
    return LegalDocument.objects.create(number=number, **values)


@pytest.mark.parametrize(
    ("kind", "counting", "due"),
    [
        (DecisionKind.MINISTRY, "calendar", date(2025, 6, 11)),
        (DecisionKind.MINISTRY, "working", date(2025, 6, 3)),
        (DecisionKind.PROVINCE, "calendar", date(2025, 6, 26)),
        (DecisionKind.PROVINCE, "working", date(2025, 6, 24)),
    ],
)
def test_an_item_is_to_be_announced_before_the_last_of_its_documents_takes_effect(
    agency, settings, kind, counting, due
):
    settings.PORTAL_ANNOUNCE_DAYS = counting
    document("1/2024/NĐ-CP", effective_from=date(2024, 3, 1))
    document("120/2025/NĐ-CP", effective_from=STARTS)
    _procedure, decision = resting_on("1/2024/NĐ-CP", "120/2025/ND-CP", kind=kind, signed=due, issuer=agency)
    ((_item, clock),) = terms_of(decision).items
    assert (clock.due, clock.state, clock.certain) == (due, ClockState.DONE, True)
    _procedure, late = resting_on("120/2025/NĐ-CP", kind=kind, signed=due + timedelta(days=1), issuer=agency)
    assert terms_of(late).items[0][1].state == ClockState.DONE_LATE


def test_the_shortened_route_counts_from_the_documents_signature_and_shortens_publishing_too(agency):
    # Thursday 26 June 2025: three days end on Sunday and move to Monday 30 June; signed on Friday 27 June, two working
    # days end on Tuesday 1 July.
    document("130/2025/NĐ-CP", effective_from=STARTS, signed_on=date(2025, 6, 26), shortened=True)
    _procedure, decision = resting_on("130/2025/NĐ-CP", signed=date(2025, 6, 27), issuer=agency)
    terms = terms_of(decision)
    assert (terms.items[0][1].due, terms.publish.due) == (date(2025, 6, 30), date(2025, 7, 1))


def test_what_the_register_does_not_know_is_named_and_never_on_time(agency):
    document("1/2024/NĐ-CP", effective_from=date(2024, 3, 1))
    document("2/2024/NĐ-CP")
    _procedure, decision = resting_on("1/2024/NĐ-CP", "2/2024/NĐ-CP", "3/2024/NĐ-CP", issuer=agency)
    ((_item, clock),) = terms_of(decision).items
    assert clock_words(clock) == "không tính được, thiếu ngày có hiệu lực của 2/2024/NĐ-CP, 3/2024/NĐ-CP"
    _procedure, bare = resting_on(issuer=agency)
    assert terms_of(bare).items[0][1].missing == ("ngày có hiệu lực của văn bản căn cứ",)


def test_a_term_that_rests_on_a_year_without_announced_holidays_says_so(agency, settings):
    settings.PORTAL_ANNOUNCE_DAYS = "working"
    document("9/2027/NĐ-CP", effective_from=date(2027, 7, 1))
    _procedure, decision = resting_on("9/2027/NĐ-CP", signed=None, issuer=agency)
    assert clock_words(terms_of(decision).items[0][1]).endswith("(tính cả năm chưa công bố lịch nghỉ)")


def test_the_desk_and_the_public_page_show_the_clocks_and_the_queries_are_fixed(agency, client):
    drafter = make_team(agency)[0]
    soon, late = begin(drafter, agency, signed_on=None), begin(drafter, agency, signed_on=None)
    for decision, number, days in ((soon, "7/2026/NĐ-CP", 22), (late, "8/2026/NĐ-CP", 10)):
        document(number, effective_from=today() + timedelta(days=days))
        item = draft_item(decision, drafter, DecisionAction.ENACT)
        write_text(item, drafter)
        content = item.effects.get(content__isnull=False).content
        LegalBasis.objects.create(content=content, ordinal=1, number=number)
        decision.effective_from = today() + timedelta(days=days)
        decision.save()
    lists = {one.heading: one for one in work_lists(drafter, today())}
    assert [one.text.split(" ")[0] for one in lists["Sắp đến hạn"].tasks] == [soon.number]
    assert [one.text.split(" ")[0] for one in lists["Quá hạn"].tasks] == [late.number]
    assert "công bố quá hạn" in lists["Quá hạn"].tasks[0].note
    client.force_login(User.objects.create_superuser(username="goc", password="x"))
    page = client.get(reverse("desk_decision", args=[late.pk])).content.decode()
    assert "quá hạn" in page.split('id="terms"')[1].split("</dl>")[0]
    with CaptureQueriesContext(connection) as few:
        decision_terms([soon], today())
    with CaptureQueriesContext(connection) as more:
        decision_terms([soon, late], today())
    assert len(few) == len(more) == 4
    resting_on("1/2024/NĐ-CP", "3/2024/NĐ-CP", name="Khai tử", issuer=agency)
    (line,) = by_agency(publicity(today()))
    assert (line.figures["cong-bo-khong-tinh-duoc"], line.figures["cong-bo-qua-han"]) == (1, 0)
    LegalDocument.objects.create(number="1/2024/NĐ-CP", effective_from=date(2024, 3, 1))
    LegalDocument.objects.create(number="3/2024/NĐ-CP", effective_from=date(2024, 5, 1))
    rows = client.get("/tinh-hinh-cong-khai/bo-tu-phap/cong-bo-qua-han/").content.decode()
    assert "Khai tử" in rows
    assert "xong sau hạn 11/04/2024" in rows
