"""A decision that was published wrongly is taken back and published rightly, under its own number and address."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from cms.models import Change, Decision
from cms.selectors import addresses, gazette
from cms.selectors.showing import show
from cms.selectors.survey import survey
from cms.services import changelog, roll_back
from cms.views import exported
from cms.vocabulary import Act, ChangeKind, DecisionState
from tests.factories import add_item, make_content, make_decision, make_procedure, publish

pytestmark = pytest.mark.django_db
NUMBER, ADDRESS, ON = "12/QĐ-BTP", "/quyet-dinh/12-qd-btp/", date(2026, 7, 1)
AT = [datetime(2026, 6, 25, hour, 30, tzinfo=UTC) for hour in (1, 2, 3)]


@pytest.fixture
def act(monkeypatch):
    """Do something at that moment."""

    def at(moment, done):
        with monkeypatch.context() as patch:
            patch.setattr(changelog.timezone, "now", lambda: moment)
            return done()

    return at


def drafted(procedure, text):
    decision = make_decision(None, NUMBER, effective_from=ON)
    add_item(decision, procedure, effects=[{"act": Act.OPEN, "content": make_content(procedure, text)}], name=text)
    return decision


@pytest.fixture
def anew(act):
    """Published with a wrong text, taken back, published with the right one."""
    procedure = make_procedure(slug="cap-the")
    wrong = act(AT[0], lambda: publish(drafted(procedure, "Cấp thẻ sai")))
    act(AT[1], lambda: roll_back(what=wrong, by=None))
    right = act(AT[2], lambda: publish(drafted(procedure, "Cấp thẻ đúng")))
    return procedure, wrong, right


def name(procedure, known=None):
    shown = show(procedure, None, ON, known)
    return shown.base.content.name if shown and shown.base else None


def test_each_moment_keeps_its_answer_and_both_publications_stay_in_the_record(anew):
    procedure, wrong, right = anew
    assert [name(procedure, known) for known in [*AT, None]] == ["Cấp thẻ sai", None, "Cấp thẻ đúng", "Cấp thẻ đúng"]
    wrong.refresh_from_db()
    assert (wrong.state, wrong.published_at, right.state) == (DecisionState.ROLLED_BACK, AT[0], DecisionState.PUBLISHED)
    told = Change.objects.filter(procedure=procedure).values_list("kind", "decision", "at")
    assert list(told) == [
        (ChangeKind.PUBLISHED, wrong.pk, AT[0]),
        (ChangeKind.ROLLED_BACK, wrong.pk, AT[1]),
        (ChangeKind.PUBLISHED, right.pk, AT[2]),
    ]


def test_only_one_publication_is_at_work_and_what_was_taken_back_stands_still(anew):
    _procedure, wrong, right = anew
    for same in ({"number": NUMBER, "slug": "khac"}, {"number": "13/QĐ-BTP", "slug": right.slug}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(issuer=right.issuer, signed_on=right.signed_on, **same)
    with pytest.raises(Exception, match="không được sửa"), transaction.atomic():
        Decision.objects.filter(pk=wrong.pk).update(number="13/QĐ-BTP")
    with pytest.raises(Exception, match="không được xóa"), transaction.atomic():
        Decision.objects.filter(pk=wrong.pk)._raw_delete("default")


def test_the_address_shows_the_decision_at_work_and_tells_of_the_one_taken_back(anew, client):
    _procedure, wrong, right = anew
    assert wrong.get_absolute_url() == right.get_absolute_url() == ADDRESS
    words = client.get(ADDRESS).content.decode()
    assert "đã được thu hồi trên cổng; các mục dưới đây" not in words
    assert words.index("Cấp thẻ đúng") < words.index("8h30 ngày 25/06/2026") < words.index("Cấp thẻ sai")
    for change in Change.objects.all():
        assert reverse("happening", args=[change.sequence]) in words
    assert client.get("/quyet-dinh/").content.decode().count(f'"{ADDRESS}"') == 1


def test_what_only_a_decision_taken_back_announced_keeps_its_name(act, client):
    wrong = act(AT[0], lambda: publish(drafted(make_procedure(slug="cap-the"), "Cấp thẻ chợ nổi")))
    act(AT[1], lambda: roll_back(what=wrong, by=None))
    page = client.get("/thu-tuc/cap-the/")
    assert "Cấp thẻ chợ nổi</h1>" in page.text


def test_files_and_lists_name_the_decision_once_and_its_page_is_made_anew(act):
    procedure = make_procedure(slug="cap-the")
    marks = []

    def look():
        found = [one for one in exported.decisions(survey(ON)) if ADDRESS in {row.address for row in one.addresses()}]
        assert len(found) == 1
        marks.append(found[0].mark)

    wrong = act(AT[0], lambda: publish(drafted(procedure, "Cấp thẻ sai")))
    look()
    act(AT[1], lambda: roll_back(what=wrong, by=None))
    look()
    right = drafted(procedure, "Cấp thẻ đúng")
    assert gazette.find_decision(right.slug) == wrong
    act(AT[2], lambda: publish(right))
    look()
    assert len(set(marks)) == 3
    assert [row[0] for row in addresses.decisions()] == [("12-qd-btp",)]
    assert gazette.public_decisions() == [right]
