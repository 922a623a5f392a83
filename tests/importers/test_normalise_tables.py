"""Dossiers, legal bases, results, steps and lists taken apart. The cells are made up in the shape of real ones."""

import pytest

from importers.normalise import (
    cut_form,
    cut_page_tail,
    dossier,
    legal,
    read_applicants,
    read_legal_number,
    read_levels,
    take_apart_dossier,
    take_apart_legal_bases,
    take_apart_outputs,
    take_apart_steps,
)
from importers.normalise.conserve import join_dossier, join_legal_bases, join_outputs, join_steps
from importers.normalise.words import squeeze


def papers(text):
    cases, _ = take_apart_dossier(f"--{dossier.HEADER}{text}")
    assert squeeze(join_dossier(cases)) == squeeze("--" + text)
    return [(paper.name, paper.originals, paper.copies) for paper in cases[0].papers]


def test_a_paper_ends_at_the_counts_the_portal_glues_to_it():
    assert papers("Đơn đề nghị1 bản chínhBản sao giấy phép;0 bản chính,2 bản saob) Tờ khai3 bản chính") == [
        ("Đơn đề nghị", 1, None),
        ("Bản sao giấy phép;", 0, 2),
        ("b) Tờ khai", 3, None),
    ]


@pytest.mark.parametrize("written", ["01 bản chính; ", "(01 bản chính), ", "01 bản chính hoặc ", "02 bản chính. "])
def test_counts_that_people_write_in_a_sentence_end_no_paper(written):
    assert papers(f"- Bảng kê: {written}theo mẫu1 bản chính") == [(f"- Bảng kê: {written}theo mẫu", 1, None)]


def test_a_count_that_touches_digits_of_the_name_is_not_known():
    assert papers("Nghị định ngày 28/8/20201 bản chính,1 bản sao") == [("Nghị định ngày 28/8/2020", None, 1)]
    assert papers("Tờ khai theo Mẫu số 181 bản chính") == [("Tờ khai theo Mẫu số 18", None, None)]


def test_cases_have_titles_and_untitled_lists_have_none():
    text = f"Trường hợp 1:{dossier.HEADER}Đơn1 bản chính--{dossier.HEADER}Thẻ1 bản chínhLưu ý chung"
    cases, notes = take_apart_dossier(text)
    assert [(case.title, case.mark, len(case.papers)) for case in cases] == [
        ("Trường hợp 1:", "", 1),
        ("", "--", 1),
        ("Lưu ý chung", "", 0),
    ]
    assert [note.code for note in notes] == ["DOSSIER_TAIL"]


def test_text_that_is_no_table_stays_whole():
    cases, notes = take_apart_dossier("và nộp cho đơn vị sử dụng lao động.")
    assert [(case.title, case.papers) for case in cases] == [("và nộp cho đơn vị sử dụng lao động.", [])]
    assert [note.code for note in notes] == ["DOSSIER_UNREADABLE"]
    assert take_apart_dossier("--") == ([], [])


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        ("Tờ khai theo mẫu;Mau so hai.docx", "Tờ khai theo mẫu;", "Mau so hai.docx"),
        ("Tờ khai của Bộ Công an.NA5.doc", "Tờ khai của Bộ Công an.", "NA5.doc"),
        ("Tờ khai theo mẫu;Mau 2.2.docx", None, ""),
        ("Nghị định 89/2019/NĐ-CPMẫu số 1.docx", "Nghị định 89/2019/NĐ-CP", "Mẫu số 1.docx"),
        ("Nghị định 89/2019/NĐ-CP11.Mau.docx", None, ""),
        ("đơn đề nghịmẫu một.docx", None, ""),
        ("TờMột.docxTờHai.docx", None, ""),
    ],
)
def test_a_form_is_cut_off_only_at_the_one_possible_place(text, name, form):
    assert cut_form(text) == (name or text, form, True)


def bases(text):
    rows, _ = take_apart_legal_bases(legal.HEADER + text)
    assert squeeze(join_legal_bases(rows)) == squeeze(text)
    return [(row.title, row.number, row.certain) for row in rows]


def test_each_legal_text_ends_at_its_glued_number():
    text = (
        "Luật Quản lý thuế38/2019/QH14Nghị định 126/2020/NĐ-CP126/2020/NĐ-CP"
        "Thông tư số 19/2021/TT-BTC ngày 18/3/2021 về thuế19/2021/TT-BTC"
        "sửa đổi một số điều46/2024/TT-BTCLUẬT26/2005/PL-UBTVQH11"
    )
    assert bases(text) == [
        ("Luật Quản lý thuế", "38/2019/QH14", True),
        ("Nghị định 126/2020/NĐ-CP", "126/2020/NĐ-CP", True),
        ("Thông tư số 19/2021/TT-BTC ngày 18/3/2021 về thuế", "19/2021/TT-BTC", True),
        ("sửa đổi một số điều", "46/2024/TT-BTC", True),
        ("LUẬT", "26/2005/PL-UBTVQH11", True),
    ]


def test_a_number_glued_to_a_whole_date_is_certain_and_to_a_lone_year_is_not():
    assert bases("Nghị định ngày 25/01/202640/2026/NĐ-CP") == [("Nghị định ngày 25/01/2026", "40/2026/NĐ-CP", True)]
    assert bases("Luật sửa đổi 202323/2023/QH15") == [("Luật sửa đổi 202323/2023/QH15", "", False)]


def test_words_before_a_number_are_kept_as_printed():
    rows, _ = take_apart_legal_bases(f"{legal.HEADER}Luật Thú yLuật 79/2015/QH13")
    assert [(row.title, row.number, row.printed) for row in rows] == [
        ("Luật Thú y", "79/2015/QH13", "Luật 79/2015/QH13")
    ]


def test_what_has_no_certain_cut_is_one_uncertain_row():
    assert bases("Luật A58/2024/QH15Nghị định số 46/2020/NĐ-CP46/2020") == [
        ("Luật A", "58/2024/QH15", True),
        ("Nghị định số 46/2020/NĐ-CP46/2020", "", False),
    ]


@pytest.mark.parametrize(
    ("cell", "number", "whole"),
    [
        ("Thông tư số 29/2025/TT-BQP", "29/2025/TT-BQP", True),
        ("số 05/2007/QH12", "05/2007/QH12", True),
        ("12", "12", False),
    ],
)
def test_a_number_in_its_own_cell(cell, number, whole):
    assert read_legal_number(cell) == (number, whole)


BOX = (
    "Chọn cơ quan thực hiệnTỉnh/ Thành phốBộ ngành-- Chọn Tỉnh/ Thành phố --Phường/ XãSở-- Chọn Phường/ Xã --"
    "Hệ thống chỉ hiển thị những cơ quan đã áp dụng dịch vụ công trực tuyếnNộp hồ sơ"
)


def test_the_page_around_results_is_cut_off():
    tail = cut_page_tail(f"Giấy phépMã: KQ.G10.000206Từ khóađất đaiMô tảKhông có thông tin{BOX}")
    assert (tail.text, tail.keywords, tail.description) == (
        "Giấy phépMã: KQ.G10.000206",
        "đất đai",
        "Không có thông tin",
    )
    assert cut_page_tail("Có đủ điều kiện.\nTừ khóa:").text == "Có đủ điều kiện."


def test_results_are_cut_at_their_codes():
    text = "Giấy phépMã: KQ.G10.000206Văn bản từ chốiMã: 000.00.00.G11-KQ1711Thông báo"
    rows, notes = take_apart_outputs(text)
    assert [(row.name, row.code) for row in rows] == [
        ("Giấy phép", "KQ.G10.000206"),
        ("Văn bản từ chối", "000.00.00.G11-KQ1711"),
        ("Thông báo", ""),
    ]
    assert notes == []
    assert squeeze(join_outputs(rows)) == squeeze(text)


def test_steps_are_cut_at_labels_that_open_them():
    text = "Mở đầu\n- Bước 1: Nộp hồ sơ. Bước 2: Thẩm định, quay lại Bước 1 nếu thiếu\nb) Bước 3. Trả kết quả"
    rows = take_apart_steps(text)
    assert [(row.label, row.text) for row in rows] == [
        ("", "Mở đầu"),
        ("Bước 1", "Nộp hồ sơ."),
        ("Bước 2", "Thẩm định, quay lại Bước 1 nếu thiếu"),
        ("Bước 3", "Trả kết quả"),
    ]
    assert squeeze(join_steps(rows)) == squeeze(text)


def test_text_without_labels_is_one_step():
    assert [row.text for row in take_apart_steps("Nộp rồi chờ.\n")] == ["Nộp rồi chờ."]


def test_lists_become_codes_and_unknown_words_are_reported():
    assert read_levels("Cấp Bộ, Cấp tỉnh, Cơ quan khác") == (("CENTRAL", "PROVINCE", "OTHER"), [])
    values, notes = read_applicants(
        "Tổ chức (không bao gồm doanh nghiệp, HTX), Cán bộ, công chức, viên chức, Người lái tàu, Công dân Việt Nam"
    )
    assert values == ("ORGANISATION", "OFFICIAL", "CITIZEN")
    assert [(note.code, note.raw) for note in notes] == [("APPLICANT_UNKNOWN", "Người lái tàu")]
    assert read_levels("Không có thông tin") == ((), [])
