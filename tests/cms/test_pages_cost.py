"""Pages stay quick as the portal grows: a fixed number of queries, whatever the number of rows."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.models import Channel, Cost, ProcessingTime
from cms.services import join_class, scope_of_class
from cms.vocabulary import AgencyKind, DecisionAction
from tests.factories import add_item, enact, make_agency, make_class, make_decision, make_procedure, publish

pytestmark = pytest.mark.django_db


def queries(client, address):
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.fixture
def grow():
    """A function that adds so many communes, procedures and decisions; the first ones keep their addresses."""
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri")
    ministry = make_agency("Bộ Tư pháp", slug="bo-tu-phap")
    everyone = make_class()
    made = []

    def more(count):
        for _ in range(count):
            number = len(made)
            commune = make_agency(f"Xã {number}", AgencyKind.COMMUNE, parent=province, slug=f"xa-{number}")
            join_class(agency_class=everyone, agencies=[commune], on=date(2025, 7, 1))
            procedure = make_procedure(slug=f"thu-tuc-so-{number}")
            enact(
                procedure,
                f"Thủ tục {number}",
                sector="Hộ tịch",
                issuer=ministry,
                listed=scope_of_class(everyone),
                decision_number=f"{number}/QĐ-BTP",
                details=[
                    Channel(ordinal=1, kind="ONLINE"),
                    ProcessingTime(ordinal=1, row=1, reading_kind="UNIT", amount=1, unit="DAY"),
                    Cost(ordinal=1, row=1, reading_kind="FREE", text="Miễn phí"),
                ],
            )
            made.append(procedure)

    def one_decision_for_all():
        decision = make_decision(issuer=ministry, number="1000/QĐ-BTP", effective_from=date(2026, 1, 1))
        for procedure in made:
            add_item(decision, procedure, DecisionAction.REPEAL, effects=[{"act": "CLOSE"}])
        publish(decision)

    more.decision = one_decision_for_all
    return more


def test_the_number_of_queries_does_not_depend_on_how_much_there_is(client, grow):
    addresses = [
        "/",
        "/co-quan/",
        "/co-quan/quang-tri/",
        "/co-quan/bo-tu-phap/",
        "/co-quan/xa-0/",
        "/co-quan/xa-0/linh-vuc/ho-tich/",
        "/linh-vuc/",
        "/linh-vuc/ho-tich/",
        "/quyet-dinh/",
        "/thu-tuc/thu-tuc-so-0/",
        "/thu-tuc/thu-tuc-so-0/phien-ban/",
        "/thu-tuc/thu-tuc-so-0/chon-noi/quang-tri/",
        "/co-quan/xa-0/thu-tuc/thu-tuc-so-0/",
        "/thu-tuc/",
        "/a-y/so/",
        "/doi-tuong/",
        "/cap/",
        "/su-kien/",
        "/co-gi-moi/",
        "/co-gi-moi/sap-ap-dung/",
        "/co-gi-moi/da-bai-bo/",
        "/co-gi-moi/atom.xml",
        "/co-quan/xa-0/atom.xml",
        "/linh-vuc/ho-tich/atom.xml",
        "/thu-tuc/thu-tuc-so-0/atom.xml",
        "/phi/",
        "/linh-vuc/ho-tich/phi/mien-phi/",
        "/co-quan/xa-0/phi/mien-phi/",
        "/co-quan/bo-tu-phap/phi/",
        "/sitemap.xml",
        "/so-do-trang/thu-tuc-1.xml",
    ]
    grow(2)
    few = {address: queries(client, address) for address in addresses}
    grow(8)
    many = {address: queries(client, address) for address in addresses}
    assert many == few
    assert max(few.values()) <= 26, few


def test_a_decision_of_many_items_costs_no_more(client, grow):
    grow(1)
    grow.decision()
    few = queries(client, "/quyet-dinh/1000-qd-btp/")
    grow(6)
    other = make_decision(number="2000/QĐ-BTP", effective_from=date(2026, 1, 1))
    for number in range(1, 7):
        from cms.models import Procedure

        procedure = Procedure.objects.get(slug=f"thu-tuc-so-{number}")
        add_item(other, procedure, DecisionAction.REPEAL, effects=[{"act": "CLOSE"}])
    publish(other)
    assert queries(client, "/quyet-dinh/2000-qd-btp/") == few
