"""What extraction breaks in names, codes and times is repaired, with both readings beside each other and a doubt."""

import pytest

from importers.decisions.reading import read_decision
from importers.decisions.repairs import mended, mended_code
from tests.importers.decision_files import WRITERS, Described, top

KNOWN = {"thủ", "tục", "cấp", "lại", "giấy", "phép", "phương", "án"}


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("c ấp l ại Giấy phép v ận tải đư ờng b ộ", "cấp lại Giấy phép vận tải đường bộ"),
        ("th ủ t ục", "thủ tục"),
        ("thủtục cấplại", "thủ tục cấp lại"),
        ("cấp phươngán", "cấp phương án"),
        ("lạiGiấy phép", "lại Giấy phép"),
        ("TH Ủ T ỤC", "THỦ TỤC"),
        ("Thàn h phố H ồ Ch í Minh", "Thành phố Hồ Chí Minh"),
        ("сấp giấy рhép", "cấp giấy phép"),
        ("ðăng ký", "đăng ký"),
        ("l5 ngày làm vi ệc", "15 ngày làm việc"),
        ("O5ngày", "05 ngày"),
        ("(Mã số TTHC: 1.OO4221)", "(Mã số TTHC: 1.004221)"),
        ("Nghị định số l1/2026/NĐ-CP", "Nghị định số 11/2026/NĐ-CP"),
        (
            "Luật số 3l/2024/QHl5 ngày 05/0l/2026: 1.200.O00 đồng",
            "Luật số 31/2024/QH15 ngày 05/01/2026: 1.200.000 đồng",
        ),
    ],
)
def test_broken_words_are_put_right(broken, whole):
    assert mended(broken, KNOWN) == whole


@pytest.mark.parametrize(
    "text",
    [
        "điểm c khoản 2 Điều 5, nhóm B ở xã, điểm b ở huyện",
        "Đắk Lắk, Krông Pắc, Pleiku, Y Tý; xe ô tô, i ốt, a xít",
        "a) Đăng ký tại dichvucong.gov.vn; UBND, TTHC, BCCI, logistics",
        "phương án, dự án bảo vệ ảnh hưởng ở ấp; quốc tịch, khuyến khích, giếng, huỷ, thoả",
        "x",
        "400.000đ/trường hợp (miễn: hộ nghèo), mẫu số 15đ, mức I",
        "Quý I/2024; 12/2024/NQ-HĐND; QH15; 5.000 đ/l.xăng; 2.000/lít, 61/2025/OLA",
    ],
)
def test_sound_words_are_left_alone(text):
    assert mended(text, set()) == text


@pytest.mark.parametrize("cell", ["1.00 4221", "l.OO4221", "1 .004221", "1,O04221"])
def test_a_broken_code_is_put_right(cell):
    assert mended_code(cell) == "1.004221"


def test_a_repaired_row_keeps_what_was_printed_and_is_doubtful(tmp_path):
    table = [
        ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết"],
        ["l", "l.OO4221", "C ấp l ại giấy phép v ận tải đư ờng b ộ", "l5 ngày làm vi ệc"],
        ["2", "1.00 4222", "Gia hạn giấy phép vận tải", "03 ngày làm việc"],
    ]
    title = "công bố thủ tục hành chính mới ban hành lĩnh vực đường bộ thuộc thẩm quyền cấp tỉnh"
    described = Described("vỡ chữ", [*top(9, "ngày 1 tháng 2 năm 2026", title), table], [])
    first, second = read_decision([WRITERS["pdf"](described, tmp_path / "vo-chu.pdf")]).items
    assert (first.label, first.code, first.name) == ("1", "1.004221", "Cấp lại giấy phép vận tải đường bộ")
    read = {name: (value.text, value.raw) for name, value in first.values.items()}
    assert read["name"] == ("Cấp lại giấy phép vận tải đường bộ", "C ấp l ại giấy phép v ận tải đư ờng b ộ")
    assert read["processing_time"] == ("15 ngày làm việc", "l5 ngày làm vi ệc")
    assert read["code"] == ("1.004221", "l.OO4221")
    assert (second.code, second.values["code"].raw) == ("1.004222", "1.00 4222")
    assert all(value.doubt for value in first.values.values())
    assert second.values["code"].doubt
    assert not second.values["name"].doubt
    for item in (first, second):
        assert any(problem.code == "TEXT_REPAIRED" for problem in item.problems)
