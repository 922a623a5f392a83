"""The public pages claim nothing that their source does not say: about places, days, or parts nobody published."""

import pytest

from cms.models import AgencyText, Channel, ProcessingTime
from cms.vocabulary import AgencyRole
from tests.factories import enact, make_class, make_procedure

pytestmark = pytest.mark.django_db
ADDRESS = "/thu-tuc/dang-ky-khai-sinh/"


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return " ".join(answer.content.decode().split())


@pytest.fixture
def birth():
    return make_procedure(code="1.001193", slug="dang-ky-khai-sinh")


def implemented_by(agency_class=None, agency=None, text="Ủy ban nhân dân cấp xã"):
    kind = "CLASS" if agency_class else "UNIT" if agency else "PHRASE"
    named = {"kind": kind, "agency_class": agency_class, "agency": agency}
    return AgencyText(ordinal=1, role=AgencyRole.IMPLEMENTING, text=text, **named)


def test_a_name_with_its_agencies_is_still_only_a_name(client, birth):
    enact(birth, sector="Hộ tịch", details=[implemented_by(make_class())])
    text = page(client, ADDRESS)
    assert "mới chỉ có tên của thủ tục này" in text
    assert "Ủy ban nhân dân cấp xã" in text
    assert "Cơ quan chưa công bố" not in text


def test_a_time_glued_to_a_sum_is_said_to_be_unclear(client, birth):
    time = ProcessingTime(ordinal=1, row=1, reading_kind="BARE", text="", reading="UNVERIFIED")
    enact(birth, details=[Channel(ordinal=1, kind="IN_PERSON"), time])
    text = page(client, ADDRESS)
    words = '<span class="doubt">Chưa rõ: số ngày và số tiền dính vào nhau trong nguồn</span>'
    # Among the first lines, and in the table of channels.
    assert text.count(words) == 2
