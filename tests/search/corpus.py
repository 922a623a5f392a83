"""A small catalogue for search tests, written by hand from facts: official names, short texts."""

from cms.identifiers import fold_decision_number
from cms.text import slugify
from search.document import Document, Facts, State

ROWS = [
    # id, code, name, sector, levels, decision, papers, text
    (
        1,
        "1.001193",
        "Thủ tục đăng ký khai sinh",
        "Hộ tịch",
        ["COMMUNE"],
        "1872/QĐ-BTP",
        "Giấy chứng sinh",
        "Tờ khai",
    ),
    (
        2,
        "2.000528",
        "Thủ tục đăng ký khai sinh có yếu tố nước ngoài",
        "Hộ tịch",
        ["COMMUNE"],
        "1872/QĐ-BTP",
        "Giấy chứng sinh",
        "",
    ),
    (3, "1.000656", "Thủ tục đăng ký khai tử", "Hộ tịch", ["COMMUNE"], "1872/QĐ-BTP", "Giấy báo tử", ""),
    (4, "1.000894", "Thủ tục đăng ký kết hôn", "Hộ tịch", ["COMMUNE"], "1872/QĐ-BTP", "Tờ khai", "sinh sống, khai báo"),
    (5, "1.004222", "Đăng ký thường trú", "Cư trú", ["COMMUNE"], "5548/QĐ-BCA", "Tờ khai CT01", "Luật Cư trú"),
    (
        6,
        "1.001456",
        "Cấp hộ chiếu phổ thông ở trong nước",
        "Xuất nhập cảnh",
        ["PROVINCE"],
        "5548/QĐ-BCA",
        "",
        "",
    ),
    (
        7,
        "1.001471",
        "Cấp hộ chiếu phổ thông ở trong nước",
        "Xuất nhập cảnh",
        ["CENTRAL"],
        "5548/QĐ-BCA",
        "",
        "",
    ),
    (8, "1.012812", "Hòa giải tranh chấp đất đai", "Đất đai", ["COMMUNE"], "3218/QĐ-UBND", "", ""),
    (9, "1.900001", "Đạt chuẩn cơ sở dài hạn", "Đo lường", ["CENTRAL"], "QĐ/0001-BCA", "", ""),
    (10, "1.002211", "Thủ tục công nhận hòa giải viên", "Phổ biến pháp luật", ["COMMUNE"], "64/QĐ-BTP", "", ""),
    (13, "1.900004", "Cấp giấy phép lái xe", "Giao thông", [], "7/QĐ-BCA", "", ""),
    (11, "1.900002", "Cấp lại giấy phép lái xe", "Giao thông", ["PROVINCE"], "7/QĐ-BCA", "", "bằng lái"),
]
REPEALED = (12, "1.900003", "Đăng ký khai sinh quá hạn", "Hộ tịch", ["COMMUNE"], "1/QĐ-BTP", "", "")


def document(row, state=State.IN_FORCE):
    number, code, name, sector, levels, decision, papers, text = row
    facts = Facts(name=name, code=code, slug=f"thu-tuc-{number}", sector=sector, levels=levels)
    return Document(
        id=number,
        state=state,
        facts=facts,
        sector_text=sector,
        papers=papers,
        text=text,
        keys=[("code", code), ("decision", fold_decision_number(decision)), ("digits", code.replace(".", ""))],
        facets=[("agency", "bo-cong-an" if "BCA" in decision else "bo-tu-phap"), ("scope", f"U:{number}")]
        + [("level", level) for level in levels]
        + [("sector", slugify(sector))],
    )


def corpus():
    return [*map(document, ROWS), document(REPEALED, State.ENDED)]


def copies(count):
    """Many procedures that hold the same common words."""
    for number in range(1000, 1000 + count):
        yield document(
            (number, f"5.{number:06}", f"Đăng ký khai sinh số {number}", "Hộ tịch", ["PROVINCE"], "", "", "")
        )
