"""Fees to browse: sums sorted, free apart from doubtful, local decisions in place of the text's."""

import pytest

from cms.models import Channel, Cost
from cms.services import scope_of_agency
from cms.vocabulary import Act, AgencyKind, ScopePart
from tests.factories import add_item, enact, make_agency, make_content, make_decision, make_procedure, publish

pytestmark = pytest.mark.django_db


def main(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split("<main")[1].split())


def costs(*rows):
    return [
        Channel(ordinal=1, kind="IN_PERSON"),
        Channel(ordinal=2, kind="ONLINE"),
        *(
            Cost(**({"ordinal": number, "row": 1, "reading_kind": "AMOUNT"} | row))
            for number, row in enumerate(rows, 1)
        ),
    ]


@pytest.fixture
def sector():
    def add(name, slug, *rows):
        procedure = make_procedure(slug=slug)
        enact(procedure, name, sector="Hộ tịch", details=costs(*rows))
        return procedure

    add("An đắt", "an", {"amount": 200000, "text": "200.000 đồng", "clause": "Giảm 50% theo Thông tư 64/2025/TT-BTC"})
    add("Ba rẻ", "ba", {"amount": 8000, "text": "8.000 đồng"}, {"row": 2, "amount": 8000, "text": "8.000 đồng"})
    add("Cấp không", "cap", {"reading_kind": "FREE", "text": "Miễn phí"})
    add(
        "Dời ngờ",
        "doi",
        {"reading_kind": "FREE", "text": "Miễn phí", "clause": "trừ bản sao", "doubts": "FREE_WITH_CLAUSE"},
    )
    add("Ép im", "ep")
    return add


def test_sums_free_and_doubtful_stand_apart_and_nothing_said_is_not_free(client, sector):
    text = main(client, "/linh-vuc/ho-tich/phi/")
    assert text.index("An đắt") < text.index("Ba rẻ")
    assert "Cấp không" not in text and "Dời ngờ" not in text and "Ép im" not in text
    assert "1 thủ tục khác: nguồn không nói phí" in text
    assert "64/2025/TT-BTC</td>" in text and "/QĐ-BTP</td>" in text
    text = main(client, "/linh-vuc/ho-tich/phi/mien-phi/")
    assert "Cấp không" in text and "Dời ngờ" not in text
    text = main(client, "/linh-vuc/ho-tich/phi/chua-ro/")
    assert "Có thể phải nộp: “Miễn phí (trừ bản sao)”" in text and "Cấp không" not in text


def test_equal_fees_of_two_channels_are_one_line_with_both_named(client, sector):
    assert main(client, "/linh-vuc/ho-tich/phi/").count("8.000 đồng") == 1
    assert "Nộp trực tiếp, Nộp qua mạng" in main(client, "/linh-vuc/ho-tich/phi/")


def test_fees_sort_by_name_and_by_sum_under_addresses_of_their_own(client, sector):
    text = main(client, "/linh-vuc/ho-tich/phi/theo-muc-thu/")
    assert text.index("Ba rẻ") < text.index("An đắt")
    assert client.get("/linh-vuc/ho-tich/phi/theo-ten/")["Location"] == "/linh-vuc/ho-tich/phi/"
    for missing in ("/linh-vuc/ho-tich/phi/theo-gio/", "/linh-vuc/ho-tich/phi/trang/2/", "/linh-vuc/x/phi/"):
        assert client.get(missing).status_code == 404
    assert "/linh-vuc/ho-tich/phi/" in main(client, "/phi/")


def test_at_an_agency_the_local_fee_stands_in_place_of_the_texts(client):
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri")
    procedure = make_procedure(slug="cap-phep")
    scope = scope_of_agency(province)
    enact(procedure, "Cấp phép", sector="Xây dựng", details=costs({"amount": 75000, "text": "75.000 đồng"}))
    local = make_content(procedure, "Phí", details=costs({"amount": 50000, "text": "50.000 đồng"}))
    decision = make_decision(issuer=province, number="5/QĐ-UBND", kind="PROVINCE")
    effect = {"act": Act.OPEN, "part": ScopePart.COST, "scope": scope, "content": local}
    listing = {"act": Act.LIST, "scope": scope}
    add_item(decision, procedure, "AMEND", effects=[effect, listing])
    decision.effective_from = decision.signed_on
    decision.save()
    publish(decision)
    text = main(client, "/co-quan/quang-tri/phi/")
    assert "50.000 đồng" in text and "75.000 đồng" not in text and "5/QĐ-UBND" in text
    assert "75.000 đồng" in main(client, "/linh-vuc/xay-dung/phi/")


def test_a_sum_said_only_beside_one_channel_is_not_taken_for_a_repetition_of_another_channels(client):
    bracketed = {"row": 2, "reading_kind": "BRACKETED", "amount": 8000, "text": "(8.000 đồng)", "reading": "CERTAIN"}
    procedure = make_procedure(slug="ngoac")
    stated = costs({"amount": 8000, "text": "8.000 đồng", "reading": "CERTAIN"}, bracketed)
    enact(procedure, "Trong ngoặc", sector="Hộ tịch", details=stated)
    assert "Nộp qua mạng" in main(client, "/linh-vuc/ho-tich/phi/")
