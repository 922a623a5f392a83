"""Decisions in the shapes that provinces and ministries really print (each function names the decision it was seen in),
worded anew. What must be read was written down beside each row before any reader saw it."""

from tests.importers.decision_files import LAW, PLACES, Described, H, V, top

TICK = "x"


def row(label, level, action, sector, name, code="", **more):
    return {"label": label, "level": level, "action": action, "sector": sector, "code": code, "name": name, **more}


def all_columns():
    """Quảng Ninh: twelve columns under two header rows, the code column empty, ticks, a parent whose time is merged
    into its name, place and legal bases merged down."""
    header = [
        ["TT", "Mã số hồ sơ TTHC", "Lĩnh vực / Tên TTHC", "Thời hạn giải quyết", "Địa điểm thực hiện",
         "Phí, lệ phí (VNĐ)", "Căn cứ pháp lý", "Hình thức thực hiện qua dịch vụ BCCI", H,
         "Mức độ dịch vụ công trực tuyến", H, "TTHC không phụ thuộc vào địa giới hành chính"],
        [V, V, V, V, V, V, V, "Tiếp nhận hồ sơ (x)", "Trả kết quả (x)", "Toàn trình (x)", "Một phần (x)", V],
    ]  # fmt: skip
    place = "- Trực tiếp: Quầy tiếp nhận của xã;\n- Trực tuyến: trang dịch vụ công."
    table = [
        ["A. THỦ TỤC HÀNH CHÍNH CẤP TỈNH (02 TTHC)", *[H] * 11],
        ["1", "", "Cấp phép đào giếng", "05 ngày làm việc", place, "150.000", LAW, TICK, TICK, "", TICK, TICK],
        ["2", "", "Chuyển nhượng giếng đã được cấp phép", H, V, V, V, TICK, TICK, TICK, "", TICK],
        ["2.1", "", "Giếng của hộ gia đình", "3 ngày", V, V, V, "", "", "", "", ""],
        ["2.2", "", "Giếng của doanh nghiệp", "7 ngày", V, V, V, "", "", "", "", ""],
        ["B. THỦ TỤC HÀNH CHÍNH CẤP XÃ (01 TTHC)", *[H] * 11],
        ["1", "", "Báo lấp giếng", "Trong ngày làm việc", place, "Không", LAW, TICK, "", "", TICK, ""],
    ]
    marks = {"post_receive": TICK, "post_return": TICK, "regardless_of_residence": TICK}
    none = {"post_receive": "", "post_return": "", "regardless_of_residence": "", "online_level": ""}
    upper = {"place": place, "legal_bases": LAW, "fees": "150.000"}
    expected = [
        row("1", "PROVINCE", "ENACT", "Tài nguyên nước", "Cấp phép đào giếng", processing_time="05 ngày làm việc",
            online_level="PARTIAL", **marks, **upper),
        row("2", "PROVINCE", "ENACT", "Tài nguyên nước", "Chuyển nhượng giếng đã được cấp phép", processing_time="",
            online_level="FULL", **marks, **upper),
        row("2.1", "PROVINCE", "ENACT", "Tài nguyên nước", "Giếng của hộ gia đình", processing_time="3 ngày", **none,
            **upper),
        row("2.2", "PROVINCE", "ENACT", "Tài nguyên nước", "Giếng của doanh nghiệp", processing_time="7 ngày", **none,
            **upper),
        row("1", "COMMUNE", "ENACT", "Tài nguyên nước", "Báo lấp giếng", processing_time="Trong ngày làm việc",
            **(none | {"post_receive": TICK, "online_level": "PARTIAL"}), place=place, fees="Không", legal_bases=LAW),
    ]  # fmt: skip
    title = "công bố danh mục thủ tục hành chính mới ban hành lĩnh vực tài nguyên nước"
    blocks = [*top(294, "ngày 10 tháng 7 năm 2026", title), "PHẦN I. DANH MỤC", header + table]
    return Described("đủ cột, ô gộp", blocks, expected, header_rows=2)


def seven_columns():
    """Quảng Bình: seven columns, none for codes; sectors are numbered rows; what it does stands in the title only."""
    table = [
        ["Số TT", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Địa điểm thực hiện", "Phí, lệ phí",
         "Căn cứ pháp lý", "Cơ quan thực hiện"],
        ["I", "Lĩnh vực giống cây trồng", *[H] * 5],
        ["1", "Công nhận vườn cây đầu dòng", "25 ngày", PLACES, "2.000.000 đồng/lần", LAW, "Chi cục Trồng trọt"],
        ["2", "Phục hồi quyết định công nhận", "2,5 ngày làm việc", PLACES, "Chưa quy định", LAW, "Chi cục Trồng trọt"],
        ["II", "Lĩnh vực thú y", *[H] * 5],
        ["1", "Cấp chứng chỉ hành nghề thú y", "không quá 1/2 ngày làm việc", PLACES, "50.000đ/lần (miễn: hộ nghèo)",
         LAW, "Chi cục Chăn nuôi"],
    ]  # fmt: skip
    expected = [
        row("1", "PROVINCE", "STANDARDISE", "Giống cây trồng", "Công nhận vườn cây đầu dòng", processing_time="25 ngày",
            fees="2.000.000 đồng/lần", agency="Chi cục Trồng trọt", place=PLACES),
        row("2", "PROVINCE", "STANDARDISE", "Giống cây trồng", "Phục hồi quyết định công nhận",
            processing_time="2,5 ngày làm việc", fees="Chưa quy định", agency="Chi cục Trồng trọt", place=PLACES),
        row("1", "PROVINCE", "STANDARDISE", "Thú y", "Cấp chứng chỉ hành nghề thú y",
            processing_time="không quá 1/2 ngày làm việc", fees="50.000đ/lần (miễn: hộ nghèo)",
            agency="Chi cục Chăn nuôi", place=PLACES),
    ]  # fmt: skip
    title = "công bố Danh mục thủ tục hành chính chuẩn hóa thuộc thẩm quyền giải quyết cấp tỉnh"
    return Described("bảy cột, không mã", [*top(3218, "ngày 18 tháng 11 năm 2024", title), "DANH MỤC", table], expected)


def repealed():
    """Hải Phòng and Lào Cai: repealed, with what repeals it, a note that names the item of the older decision, levels
    used together, and a day of its own in one row."""
    table = [
        ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Tên VB QPPL quy định việc bãi bỏ TTHC", "Ghi chú"],
        ["THỦ TỤC HÀNH CHÍNH CẤP TỈNH", *[H] * 4],
        ["LĨNH VỰC AN TOÀN LAO ĐỘNG", *[H] * 4],
        ["1.", "1.013999", "Kiểm tra chất lượng mũ bảo hộ nhập khẩu", LAW,
         "Thủ tục số thứ tự 03 phần I đã công bố tại Quyết định số 2277/QĐ-UBND ngày 27/6/2025"],
        ["2.", "1.013998", "Công bố hợp quy thang máy", f"- {LAW};\n- Thông tư số 14/2026/TT-BXD", ""],
        ["THỦ TỤC HÀNH CHÍNH DÙNG CHUNG (CẤP BỘ, CẤP TỈNH, CẤP XÃ)", *[H] * 4],
        ["LĨNH VỰC CÔNG CHỨC", *[H] * 4],
        ["1.", "1.014997", "Tiếp nhận vào công chức loại đặc biệt", LAW, "bị bãi bỏ từ ngày 01/01/2027"],
    ]  # fmt: skip
    expected = [
        row("1", "PROVINCE", "REPEAL", "An toàn lao động", "Kiểm tra chất lượng mũ bảo hộ nhập khẩu", "1.013999",
            legal_bases=LAW, effective_from="", references={"2277/QĐ-UBND"}),
        row("2", "PROVINCE", "REPEAL", "An toàn lao động", "Công bố hợp quy thang máy", "1.013998",
            legal_bases=f"- {LAW};\n- Thông tư số 14/2026/TT-BXD", effective_from="", references=set()),
        row("1", "CENTRAL, PROVINCE, COMMUNE", "REPEAL", "Công chức", "Tiếp nhận vào công chức loại đặc biệt",
            "1.014997", legal_bases=LAW, effective_from="2027-01-01", references=set()),
    ]  # fmt: skip
    title = "công bố Danh mục thủ tục hành chính bị bãi bỏ trong lĩnh vực nội vụ"
    return Described("bãi bỏ", [*top(3500, "ngày 30 tháng 8 năm 2026", title), "DANH MỤC", table], expected)


def replaced_in_name():
    """Hải Phòng 2295: the replaced code stands in the number column, the replacing one in brackets behind the name."""
    table = [
        [
            "Số TT",
            "Tên thủ tục hành chính",
            "Thời hạn giải quyết",
            "Địa điểm thực hiện",
            "Phí, lệ phí",
            "Căn cứ pháp lý",
        ],
        ["1.009871", "Cho phép mở bến đò mới (Mã số TTHC: 1.116401)", "5 ngày", PLACES, "Không", LAW],
        ["1.009872", "Cho phép đóng bến đò (Mã số TTHC: 1.116402)", "03 ngày", PLACES, "Không", LAW],
    ]
    expected = [
        row("", "PROVINCE", "REPLACE", "Đường thủy nội địa", "Cho phép mở bến đò mới", "1.116401",
            processing_time="5 ngày", references={"1.009871"}),
        row("", "PROVINCE", "REPLACE", "Đường thủy nội địa", "Cho phép đóng bến đò", "1.116402",
            processing_time="03 ngày", references={"1.009872"}),
    ]  # fmt: skip
    title = "công bố thủ tục hành chính được thay thế lĩnh vực đường thủy nội địa thuộc thẩm quyền cấp tỉnh"
    return Described(
        "thay thế, mã trong tên", [*top(2295, "ngày 2 tháng 6 năm 2026", title), "DANH MỤC", table], expected
    )


def replaced_two_headers():
    """Replaced and replacing side by side under two header rows, each with name and code."""
    table = [
        ["STT", "Thủ tục hành chính bị thay thế", H, "Thủ tục hành chính thay thế", H, "Thời hạn giải quyết", "Căn cứ"],
        [V, "Mã TTHC", "Tên TTHC", "Mã TTHC", "Tên TTHC", V, V],
        ["1", "1.000771", "Khai báo phà cũ", "1.116501", "Đăng ký phà", "4 ngày", LAW],
        ["2", "1.000772\n1.000773", "Khai báo thuyền cũ", "1.116502", "Đăng ký thuyền", "6 ngày", LAW],
    ]
    expected = [
        row("1", "PROVINCE", "REPLACE", "Đường thủy", "Đăng ký phà", "1.116501", processing_time="4 ngày",
            references={"1.000771"}),
        row("2", "PROVINCE", "REPLACE", "Đường thủy", "Đăng ký thuyền", "1.116502", processing_time="6 ngày",
            references={"1.000772", "1.000773"}),
    ]  # fmt: skip
    title = "công bố thủ tục hành chính được thay thế lĩnh vực đường thủy thuộc thẩm quyền cấp tỉnh"
    return Described("thay thế, hai hàng đầu bảng", [*top(394, "ngày 2 tháng 6 năm 2026", title), table], expected,
                     header_rows=2)  # fmt: skip


def ministry():
    """BCA 5230: new ones without codes, one title once a level; amended and repealed ones with codes, in lists of other
    columns."""
    names = ("Cấp thẻ kiểm tra tàu bay", "Xác nhận điều kiện trông giữ")
    levels = (("A. Thủ tục hành chính cấp trung ương", "CENTRAL"), ("B. Thủ tục hành chính cấp tỉnh", "PROVINCE"),
              ("C. Thủ tục hành chính cấp xã", "COMMUNE"))  # fmt: skip
    new = [["STT", "Tên thủ tục hành chính", "Lĩnh vực", "Cơ quan thực hiện"]]
    expected = []
    for heading, level in levels:
        new.append([heading, H, H, H])
        for number, name in enumerate(names, 1):
            new.append([str(number), name, "An ninh hàng không", "Công an"])
            expected.append(row(str(number), level, "ENACT", "An ninh hàng không", name, agency="Công an"))
    head = ["STT", "Số hồ sơ TTHC", "Tên thủ tục hành chính", "Tên VBQPPL quy định nội dung sửa đổi", "Lĩnh vực",
            "Cơ quan thực hiện"]  # fmt: skip
    amended = [head, ["1", "1.009901", "Cấp lại thẻ kiểm tra", LAW, "Xuất nhập cảnh", "Công an cấp tỉnh"]]
    gone = [[*head[:3], "Tên VBQPPL quy định nội dung bãi bỏ", *head[4:]]]
    gone += [
        [str(at), f"2.00177{at}", f"Kiểm tra kho loại {at}", LAW, "Kho bãi", "Công an cấp tỉnh"] for at in (1, 2, 3)
    ]
    expected.append(
        row("1", "PROVINCE", "AMEND", "Xuất nhập cảnh", "Cấp lại thẻ kiểm tra", "1.009901", legal_bases=LAW)
    )
    expected += [
        row(str(at), "PROVINCE", "REPEAL", "Kho bãi", f"Kiểm tra kho loại {at}", f"2.00177{at}") for at in (1, 2, 3)
    ]
    title = "công bố thủ tục hành chính mới ban hành, sửa đổi, bổ sung và bị bãi bỏ trong lĩnh vực quản lý của Bộ"
    blocks = top(5230, "ngày 3 tháng 8 năm 2026", title, kind="QĐ-BCA-C06")
    blocks[:2] = ["BỘ CÔNG AN"]
    blocks += ["PHẦN I. DANH MỤC THỦ TỤC HÀNH CHÍNH", "1. Danh mục thủ tục hành chính mới ban hành", new,
               "2. Danh mục thủ tục hành chính được sửa đổi, bổ sung", amended,
               "3. Danh mục thủ tục hành chính bị bãi bỏ", gone]  # fmt: skip
    return Described("của bộ, ba danh mục", blocks, expected, {"number": "5230/QĐ-BCA-C06"})


def level_columns():
    """TP.HCM 113: names only; a column a level."""
    table = [
        ["STT", "Tên thủ tục hành chính", "Cấp tỉnh", "Cấp xã"],
        ["I. LĨNH VỰC HỘI", H, H, H],
        ["1", "Thành lập hội đồng hương", TICK, ""],
        ["2", "Đổi tên hội đồng hương", TICK, TICK],
        ["II. LĨNH VỰC THI ĐUA", H, H, H],
        ["3", "Tặng giấy khen của xã", "", TICK],
    ]
    expected = [
        row("1", "PROVINCE", "ENACT", "Hội", "Thành lập hội đồng hương"),
        row("2", "PROVINCE, COMMUNE", "ENACT", "Hội", "Đổi tên hội đồng hương"),
        row("3", "COMMUNE", "ENACT", "Thi đua", "Tặng giấy khen của xã"),
    ]
    title = "công bố danh mục thủ tục hành chính mới ban hành của ngành Nội vụ"
    return Described("cột theo cấp, chỉ có tên", [*top(113, "ngày 9 tháng 1 năm 2025", title), table], expected)


def annex_per_level():
    """Lâm Đồng 4548: an annex a level, and one for internal procedures, which stay out."""
    head = ["TT", "Mã thủ tục", "Tên thủ tục hành chính", "Thời gian giải quyết", "Nơi tiếp nhận", "Lệ phí"]
    first = [head, ["1", "1.004901", "Cấp bản sao quy hoạch rừng", "10 ngày", PLACES, "Không thu lệ phí."]]
    second = [head, ["1", "1.004902", "Xác nhận bảng kê gỗ", "Trong ngày", "Trung tâm của xã", "Không"]]
    third = [head, ["1", "", "Giao kế hoạch trồng rừng giữa các cơ quan", "5 ngày", "Văn thư", "Không"]]
    expected = [
        row("1", "PROVINCE", "AMEND", "Lâm nghiệp", "Cấp bản sao quy hoạch rừng", "1.004901",
            processing_time="10 ngày", fees="Không thu lệ phí."),
        row("1", "COMMUNE", "AMEND", "Lâm nghiệp", "Xác nhận bảng kê gỗ", "1.004902", processing_time="Trong ngày"),
        row("1", "", "AMEND", "Lâm nghiệp", "Giao kế hoạch trồng rừng giữa các cơ quan", refused="INTERNAL"),
    ]  # fmt: skip
    title = "công bố Danh mục thủ tục hành chính được sửa đổi, bổ sung lĩnh vực lâm nghiệp"
    blocks = top(4548, "ngày 21 tháng 8 năm 2026", title)
    blocks += ["PHỤ LỤC I", "DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP TỈNH", first, "PHỤ LỤC II",
               "DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP XÃ", second, "PHỤ LỤC III",
               "DANH MỤC THỦ TỤC HÀNH CHÍNH NỘI BỘ", third]  # fmt: skip
    return Described("phụ lục theo cấp, có nội bộ", blocks, expected)


def old_three_levels():
    """Bắc Giang 2009: a district level, sectors under levels as lettered rows, hardly any columns."""
    table = [
        ["STT", "Tên thủ tục hành chính", "Cơ quan thực hiện", "Ghi chú"],
        ["A", "THỦ TỤC HÀNH CHÍNH CẤP TỈNH", H, H],
        ["I", "Lĩnh vực Văn hóa", H, H],
        ["1", "Cấp phép biểu diễn ngoài trời", "Sở Văn hóa", ""],
        ["2", "Cấp phép treo băng rôn", "Sở Văn hóa", ""],
        ["II", "Lĩnh vực Thể thao", H, H],
        ["3", "Công nhận câu lạc bộ bơi", "Sở Văn hóa", ""],
        ["B", "THỦ TỤC HÀNH CHÍNH CẤP HUYỆN", H, H],
        ["I", "Lĩnh vực Văn hóa", H, H],
        ["1", "Công nhận gia đình văn hóa", "Phòng Văn hóa", ""],
        ["C", "THỦ TỤC HÀNH CHÍNH CẤP XÃ", H, H],
        ["I", "Lĩnh vực Thể thao", H, H],
        ["1", "Đăng ký sân chơi thôn", "Ủy ban nhân dân xã", ""],
    ]
    expected = [
        row("1", "PROVINCE", "ENACT", "Văn hóa", "Cấp phép biểu diễn ngoài trời", agency="Sở Văn hóa"),
        row("2", "PROVINCE", "ENACT", "Văn hóa", "Cấp phép treo băng rôn", agency="Sở Văn hóa"),
        row("3", "PROVINCE", "ENACT", "Thể thao", "Công nhận câu lạc bộ bơi", agency="Sở Văn hóa"),
        row("1", "DISTRICT", "ENACT", "Văn hóa", "Công nhận gia đình văn hóa", agency="Phòng Văn hóa"),
        row("1", "COMMUNE", "ENACT", "Thể thao", "Đăng ký sân chơi thôn", agency="Ủy ban nhân dân xã"),
    ]
    title = "công bố bộ thủ tục hành chính mới ban hành áp dụng trên địa bàn tỉnh"
    return Described("ba cấp, bản cũ", [*top(119, "ngày 24 tháng 8 năm 2009", title), table], expected)


def sectors_outside():
    """Sectors hold kinds, kinds hold levels: the other way round, with counts, and a name that its time ran into."""
    table = [
        ["STT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí", "Địa điểm"],
        ["I. LĨNH VỰC BẢO TÀNG (03 TTHC)", *[H] * 5],
        ["A. Thủ tục hành chính mới ban hành", *[H] * 5],
        ["a) Cấp tỉnh", *[H] * 5],
        ["1", "1.005551", "Xếp hạng bảo tàng tư", "15 ngày", "Không", PLACES],
        ["b) Cấp xã", *[H] * 5],
        ["2", "1.005552", "Mượn hiện vật 02 ngày làm việc", H, "Không", PLACES],
        ["B. Thủ tục hành chính được sửa đổi, bổ sung", *[H] * 5],
        ["a) Cấp tỉnh", *[H] * 5],
        ["1", "1.005553", "Trả lại hiện vật", "9 ngày", "Không", PLACES],
        ["II. LĨNH VỰC THƯ VIỆN (01 TTHC)", *[H] * 5],
        ["A. Thủ tục hành chính mới ban hành", *[H] * 5],
        ["a) Cấp tỉnh", *[H] * 5],
        ["1", "1.005554", "Mở thư viện ngoài công lập", "15 ngày", "Không", PLACES],
    ]
    expected = [
        row("1", "PROVINCE", "ENACT", "Bảo tàng", "Xếp hạng bảo tàng tư", "1.005551", processing_time="15 ngày"),
        row("2", "COMMUNE", "ENACT", "Bảo tàng", "Mượn hiện vật", "1.005552", processing_time="02 ngày làm việc"),
        row("1", "PROVINCE", "AMEND", "Bảo tàng", "Trả lại hiện vật", "1.005553", processing_time="9 ngày"),
        row("1", "PROVINCE", "ENACT", "Thư viện", "Mở thư viện ngoài công lập", "1.005554", processing_time="15 ngày"),
    ]
    title = "công bố thủ tục hành chính mới ban hành và được sửa đổi, bổ sung"
    return Described("lĩnh vực ngoài, cấp trong", [*top(77, "ngày 1 tháng 2 năm 2026", title), table], expected)


def scanned_noise():
    """What text recognition leaves of a signed copy: wrong letters in headings, the header repeated as rows, rows cut
    in two with no number on the second half."""
    header = ["TT", "Mã TTHC", "Tên thủ tục hành chính", "Thời hạn giải quyết", "Phí, lệ phí", "Căn cứ pháp lý"]
    table = [
        header,
        ["A. THỦ TỤC HÀNH CHÍNH MỘI BAN HÀNH CẤP TỈNH", *[H] * 5],
        ["I. Dhh vực Khoáng sản", *[H] * 5],
        ["1", "1.007701", "Cấp phép thăm dò cát ở lòng sông có", "15 ngày làm", "Không", "- Luật Khoáng sản;"],
        header,
        ["", "", "chiều dài trên một nghìn mét", "việc", "", f"- {LAW}."],
        ["2", "1.007702", "Trả lại giấy phép thăm dò cát", "07 ngày", "Không", LAW],
        header,
        ["3", "1.007703", "Gia hạn giấy phép thăm dò cát của doanh nghiệp do", "09 ngày", "Không", LAW],
        ["", "", "thiên tai", "", "", ""],
    ]
    expected = [
        row("1", "PROVINCE", "ENACT", "Khoáng sản", "Cấp phép thăm dò cát ở lòng sông có chiều dài trên một nghìn mét",
            "1.007701", processing_time="15 ngày làm\nviệc", fees="Không", legal_bases=f"- Luật Khoáng sản;\n- {LAW}."),
        row("2", "PROVINCE", "ENACT", "Khoáng sản", "Trả lại giấy phép thăm dò cát", "1.007702",
            processing_time="07 ngày", legal_bases=LAW),
        row("3", "PROVINCE", "ENACT", "Khoáng sản",
            "Gia hạn giấy phép thăm dò cát của doanh nghiệp do thiên tai", "1.007703", processing_time="09 ngày"),
    ]  # fmt: skip
    title = "công bố danh mục thủ tục hành chính mới ban hành và sửa đổi"
    return Described("bản quét, hàng bị cắt", [*top(295, "ngày 10 tháng 7 năm 2026", title), table], expected)


VARIANTS = (
    all_columns,
    seven_columns,
    repealed,
    replaced_in_name,
    replaced_two_headers,
    ministry,
    level_columns,
    annex_per_level,
    old_three_levels,
    sectors_outside,
    scanned_noise,
)
