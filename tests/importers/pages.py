"""Made-up pages of the national portal as a crawl stores them: one JSON object a line, each table a run-on string."""

import json

CHANNELS = "Hình thức nộpThời gianPhí, lệ phíMô tả"
DOSSIER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
BASES = "Tên văn bản pháp lýMã văn bản"


def page(number, **values):
    """The page of the made-up procedure of this number."""
    papers = "".join(f"Giấy tờ thứ {item} của thủ tục {number} theo mẫu1 bản chính,1 bản sao" for item in range(8))
    return {
        "ma_thu_tuc": f"1.{number:06}",
        "ten_thu_tuc": f"Cấp giấy xác nhận loại {number}",
        "detail_url": f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/019d0000-0000-7000-8000-{number:012}",
        "so_quyet_dinh": f"{number % 20 + 1}/QĐ-BTP",
        "cap_thuc_hien": "Cấp tỉnh, Cấp xã",
        "loai_thu_tuc": "TTHC được luật giao quy định chi tiết",
        "linh_vuc": f"Lĩnh vực {number % 9}",
        "doi_tuong_thuc_hien": "Công dân Việt Nam, Doanh nghiệp",
        "co_quan_thuc_hien": "Ủy ban nhân dân cấp xã",
        "co_quan_co_tham_quyen": "Không có thông tin",
        "trinh_tu_thuc_hien": "\n".join(f"Bước {step}: Việc thứ {step} của thủ tục {number}" for step in range(1, 6)),
        "cach_thuc_thuc_hien": (
            f"{CHANNELS}Trực tiếp5 Ngày làm việc8,000 Việt Nam Đồng(Lệ phí : 8.000 Đồng)Trực tuyến3 NgàyMiễn phí"
        ),
        "thanh_phan_ho_so": f"{DOSSIER}{papers}",
        "can_cu_phap_ly": f"{BASES}Luật Hộ tịch{number + 10}/2014/QH13",
        "ket_qua_xu_ly": f"Giấy xác nhận loại {number}",
        "yeu_cau_dieu_kien": "Không có thông tin",
    } | values


def write_pages(path, count=3, *, lines=None):
    """A file of so many pages; `lines` replaces the text of lines by their number."""
    texts = [json.dumps(page(number), ensure_ascii=False) for number in range(1, count + 1)]
    for number, text in (lines or {}).items():
        texts[number - 1] = text
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path
