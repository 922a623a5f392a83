"""Lines of open data kept from one export to the next: each file says what the server's says."""

import pytest

from cms.calendar import as_of, today
from cms.selectors.keeping import given, keeping, question
from cms.selectors.survey import survey
from cms.services import scope_of_agency
from cms.views.data import lines_of
from cms.vocabulary import Act, AgencyKind, ScopePart
from portal.export.lines import lines_of_all, read_lines, write_lines
from portal.export.manifest import FOLDER
from tests.cms.test_fees import costs
from tests.factories import add_item, enact, make_agency, make_content, make_decision, make_procedure, publish


@pytest.fixture
def province(db):
    """A province that sets the fee of one of its two procedures itself."""
    province = make_agency("Tỉnh Quảng Trị", AgencyKind.PROVINCE, slug="quang-tri")
    scope = scope_of_agency(province)
    decision = make_decision(issuer=province, number="5/QĐ-UBND", kind="PROVINCE")
    for slug, amount in (("cap-phep", 75000), ("cap-so", 76000)):
        procedure = make_procedure(slug=slug)
        enact(
            procedure,
            f"Cấp {slug}",
            sector="Xây dựng",
            details=costs({"amount": amount, "text": f"{amount // 1000}.000 đồng"}),
        )
        effects = [{"act": Act.LIST, "scope": scope}]
        if slug == "cap-phep":
            local = make_content(procedure, "Phí", details=costs({"amount": 50000, "text": "50.000 đồng"}))
            effects.append({"act": Act.OPEN, "part": ScopePart.COST, "scope": scope, "content": local})
        add_item(decision, procedure, "AMEND", effects=effects)
    decision.effective_from = decision.signed_on
    decision.save()
    publish(decision)
    return province


ADDRESSES = [
    f"/du-lieu/{path}.{form}"
    for path in ("thu-tuc", "phi", "thu-tuc/linh-vuc/xay-dung", "thu-tuc/co-quan/quang-tri", "phi/co-quan/quang-tri")
    for form in ("csv", "json", "xlsx")
]


def files(client):
    return {address: b"".join(client.get(address).streaming_content) for address in ADDRESSES}


def test_files_of_kept_lines_are_those_of_the_server_also_where_an_agency_sets_a_fee(province, client):
    served = files(client)
    lines = lines_of_all(survey(today()), {})
    with as_of(today()), keeping(), given({question(lines_of, name): rows for name, rows in lines.items()}):
        assert files(client) == served
    fees = served["/du-lieu/phi/co-quan/quang-tri.json"].decode()
    assert "50.000 đồng" in fees and "76.000 đồng" in fees and "75.000 đồng" not in fees


def test_a_line_is_read_again_only_when_its_procedure_has_changed(province, tmp_path, django_assert_num_queries):
    (tmp_path / FOLDER).mkdir()
    write_lines(tmp_path, lines_of_all(survey(today()), {}))
    kept, found = read_lines(tmp_path), survey(today())
    assert found.standing
    with django_assert_num_queries(0):
        assert lines_of_all(found, kept) == kept
    pk = next(pk for pk, (_mark, text) in kept["thu-tuc"].items() if "cap-so" in text)
    kept["thu-tuc"][pk] = ["another", "[]"]
    assert lines_of_all(found, kept)["thu-tuc"][pk][1] != "[]"
    (tmp_path / FOLDER / "dong.json").write_text("{")
    assert read_lines(tmp_path) == {}
