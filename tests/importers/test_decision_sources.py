"""Each item is shown beside its source: where on the page its row is printed, and all that the row says."""

import re

import pdfplumber
import pytest

from cms.vocabulary import AgencyKind
from importers.decisions.reading import read_decision
from tests.factories import make_agency
from tests.importers.decision_files import amended, as_docx, as_pdf, as_white_pdf, as_xlsx
from tests.importers.test_decision_screens import HEADS, described, editor, read, started  # noqa: F401  fixtures


@pytest.mark.parametrize("make", [as_pdf, as_white_pdf])
def test_the_region_of_an_item_holds_its_own_code_and_no_other(make, tmp_path):
    path = make(amended(9), tmp_path / "quyet-dinh.pdf")
    items = [item for item in read_decision([path]).items if item.code]
    assert len(items) == 18
    with pdfplumber.open(path) as pdf:
        for item in items:
            inside = ""
            for one in item.regions:
                page = pdf.pages[one.page - 1]
                across, down = float(page.width) / 1000, float(page.height) / 1000
                box = (one.left * across, one.top * down, one.right * across, one.bottom * down)
                inside += page.crop(box, strict=False).extract_text(x_tolerance=2)
            assert re.findall(r"\d\.\d{6}", inside) == [item.code], item.label


@pytest.fixture
def place(db):
    return make_agency("Thành phố Bến Sông", AgencyKind.PROVINCE, short_name="Bến Sông")


def with_another_column(name="Cấp thẻ chợ"):
    made = described(name, "Đổi thẻ chợ")
    cells = ["Đối tượng hưởng lợi", "Hộ ở chợ nổi", "Tiểu thương <b>"]
    made.blocks[-1] = [[*line, cell] for line, cell in zip(made.blocks[-1], cells, strict=True)]
    return made


@pytest.mark.parametrize(("make", "ending"), [(as_docx, "docx"), (as_xlsx, "xlsx")])
def test_the_whole_source_row_is_shown_with_columns_that_were_not_recognised(
    client,
    editor,  # noqa: F811
    place,
    started,  # noqa: F811
    tmp_path,
    make,
    ending,
):
    batch = read(client, place, started, make(with_another_column(), tmp_path / f"qd.{ending}"))
    row = batch.rows.get(ordinal=2)
    page = " ".join(client.get(f"/quan-tri/nhap-quyet-dinh/muc/{row.pk}/").content.decode().split())
    assert (
        'Đối tượng hưởng lợi <span class="desk-note">cột máy không nhận ra</span></th><td>Tiểu thương &lt;b&gt;' in page
    )
    printed = [one["text"] for one in row.read["printed"]]
    assert printed == with_another_column().blocks[-1][2]
    assert [one["head"] for one in row.read["printed"]] == [*HEADS, "Đối tượng hưởng lợi"]
    assert "trang-1.png" not in page


@pytest.mark.django_db
def test_the_page_of_a_pdf_is_shown_with_the_row_marked(client, editor, place, started, tmp_path):  # noqa: F811
    batch = read(client, place, started, as_pdf(described("Cấp thẻ chợ", "Đổi thẻ chợ"), tmp_path / "qd.pdf"))
    row = batch.rows.get(ordinal=2)
    page = client.get(f"/quan-tri/nhap-quyet-dinh/muc/{row.pk}/").content.decode()
    one = row.read["regions"][0]
    assert f'<rect x="{one["left"]}" y="{one["top"]}" width="{one["right"] - one["left"]}"' in page
    address = re.search(r'img src="([^"]+trang-1\.png)"', page)[1]
    assert client.get(address)["Content-Type"] == "image/png"
    assert client.get(address.replace("trang-1", "trang-2")).content.decode() == "Mục này không đọc từ trang PDF."
