"""Decisions by chance, with what must be read of them: columns in any order under any of their usual titles, headings
nested in any order, merged cells, sub-cases, headers repeated and rows cut in two. `python -m
tests.importers.decision_shuffles [FORM] [FROM] [TO]` reads that many and prints each seed that is not read rightly."""

import random
import sys
import tempfile
from pathlib import Path

from importers.rows import UnusableFileError
from tests.importers.decision_accuracy import compare, read_decision, share_right
from tests.importers.decision_files import WRITERS, Described, H, V, top

TITLES = {
    "ordinal": ("STT", "TT", "Số TT", "Stt"),
    "code": ("Mã TTHC", "Mã số TTHC", "Mã thủ tục", "Mã số hồ sơ TTHC", "Mã số"),
    "name": ("Tên thủ tục hành chính", "Tên TTHC", "Thủ tục hành chính", "Lĩnh vực / Tên TTHC", "Tên thủ tục"),
    "processing_time": ("Thời hạn giải quyết", "Thời gian giải quyết", "Thời hạn"),
    "place": ("Địa điểm thực hiện", "Nơi tiếp nhận", "Địa điểm", "Cách thức, địa điểm thực hiện"),
    "fees": ("Phí, lệ phí", "Phí, lệ phí (nếu có)", "Lệ phí", "Phí, lệ phí (VNĐ)"),
    "legal_bases": ("Căn cứ pháp lý", "Cơ sở pháp lý", "Căn cứ"),
    "agency": ("Cơ quan thực hiện", "Cơ quan giải quyết", "Thẩm quyền giải quyết"),
    "note": ("Ghi chú",),
}
VALUES = {
    "processing_time": ("15 ngày", "03 ngày làm việc", "2,5 ngày làm việc", "Trong ngày làm việc", "Không quy định",
                        "không quá 1/2 ngày làm việc", "20 ngày làm việc (vùng núi: 30 ngày làm việc)", "08 giờ"),
    "place": ("Trung tâm Phục vụ hành chính công", "- Trực tiếp: bộ phận một cửa của xã;\n- Trực tuyến: trên mạng;\n"
              "- Dịch vụ bưu chính.", "Bộ phận tiếp nhận và trả kết quả"),
    "fees": ("Không", "Không quy định", "Chưa quy định.", "400.000đ/trường hợp (miễn: hộ nghèo)", "2.000 đ/trang",
             "Theo quy định tại Nghị quyết của Hội đồng nhân dân"),
    "legal_bases": ("Nghị định số 11/2026/NĐ-CP", "- Luật Bến bãi;\n- Nghị định số 12/2026/NĐ-CP ngày 06/01/2026.",
                    "Thông tư số 05/2026/TT-BCT ngày 07/02/2026"),
    "agency": ("Sở Công Thương", "Chi cục Thủy lợi", "Ủy ban nhân dân"),
    "note": ("", "", "Theo mẫu mới"),
}  # fmt: skip
ACTIONS = {"ENACT": "mới ban hành", "AMEND": "được sửa đổi, bổ sung", "STANDARDISE": "được chuẩn hóa",
           "REPEAL": "bị bãi bỏ"}  # fmt: skip
LEVELS = {"PROVINCE": "cấp tỉnh", "COMMUNE": "cấp xã", "CENTRAL, PROVINCE": "dùng chung (cấp bộ, cấp tỉnh)"}
SECTORS = ("Thủy lợi", "Chợ", "Hộ tịch", "Giáo dục mầm non", "An toàn, vệ sinh lao động", "Đường bộ")
VERBS = ("Cấp", "Cấp lại", "Gia hạn", "Thu hồi", "Xác nhận", "Công nhận", "Đăng ký", "Thẩm định")
THINGS = ("giấy phép khai thác bến", "chứng chỉ vận hành kho", "phương án bảo vệ đê", "quyết định công nhận vườn",
          "hồ sơ nguồn gốc gỗ", "tài khoản kết nối và chia sẻ dữ liệu dùng chung giữa các đơn vị")  # fmt: skip
TAILS = ("", " do bị mất", " đối với tổ chức", " (cấp lần đầu)", " trên địa bàn từ hai xã trở lên", " theo yêu cầu")
STYLES = (("A", "B", "C", "D", "E", "F"), ("I", "II", "III", "IV", "V", "VI"), ("a", "b", "c", "d", "đ", "e"))


class _Maker:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.codes = 0
        self.rows, self.expected, self.is_cut = [], [], False

    def make(self):
        chance = self.chance
        kinds = {"action": self._some(ACTIONS), "level": self._some(LEVELS), "sector": self._some(SECTORS)}
        # What has one value may stand in the title; what has several must stand in headings.
        self.fixed = {name: values[0] for name, values in kinds.items() if len(values) == 1 and chance.random() < 0.7}
        self.nesting = [name for name in kinds if name not in self.fixed]
        chance.shuffle(self.nesting)
        self.kinds = kinds
        self._columns()
        self._block(0, dict(self.fixed))
        title = "công bố danh mục thủ tục hành chính"
        if "action" in self.fixed:
            title += f" {ACTIONS[self.fixed['action']]}"
        if "sector" in self.fixed:
            title += f" lĩnh vực {self.fixed['sector'].lower()}"
        if "level" in self.fixed:
            title += f" {LEVELS[self.fixed['level']]}"
        number = chance.randint(1, 5000)
        return Described("theo hạt giống", [*top(number, "ngày 5 tháng 6 năm 2026", title), "DANH MỤC",
                         self.header + self.rows], self.expected, header_rows=len(self.header))  # fmt: skip

    def _some(self, values):
        values = list(values)
        return self.chance.sample(values, self.chance.choice((1, 1, 2, min(3, len(values)))))

    def _columns(self):
        chance = self.chance
        optional = ["code", "processing_time", "place", "fees", "legal_bases", "agency", "note"]
        chosen = chance.sample(optional, chance.randint(2, len(optional)))
        if not {"code", "processing_time", "place", "fees", "legal_bases", "agency"} & set(chosen):
            chosen.append("processing_time")
        self.columns = ["name", *chosen]
        chance.shuffle(self.columns)
        self.columns.insert(0 if chance.random() < 0.85 else chance.randint(0, len(self.columns)), "ordinal")
        self.is_split = "processing_time" in self.columns and chance.random() < 0.35
        if self.is_split:
            self.columns.insert(self.columns.index("processing_time") + 1, "processing_time_cut")
        titles = [chance.choice(TITLES[name]) if name in TITLES else H for name in self.columns]
        self.header = [titles]
        if self.is_split:
            lower = {"processing_time": "Theo quy định", "processing_time_cut": "Sau cắt giảm"}
            self.header.append([lower.get(name, V) for name in self.columns])

    def _block(self, depth, held):
        if depth == len(self.nesting):
            self._list(held)
            return
        name = self.nesting[depth]
        for place, value in enumerate(self.kinds[name]):
            inner = {**held, name: value}
            at = len(self.rows)
            before = len(self.expected)
            self.rows.append([])
            self._block(depth + 1, inner)
            count = sum("." not in row["label"] for row in self.expected[before:])
            self.rows[at] = [self._heading(depth, place, name, value, count), *[H] * (len(self.columns) - 1)]

    def _heading(self, depth, place, name, value, count):
        label = f"{STYLES[depth][place]}. "
        if name == "sector":
            text = f"Lĩnh vực {value.lower()}"
        else:
            text = f"Thủ tục hành chính {ACTIONS[value] if name == 'action' else LEVELS[value]}"
        if self.chance.random() < 0.5:
            text = text.upper()
        if self.chance.random() < 0.4:
            text += f" ({count:02d} TTHC)"
        return label + text

    def _list(self, held):
        chance = self.chance
        merged = {name: 0 for name in ("place", "legal_bases", "agency") if name in self.columns}
        last = {}
        for number in range(1, chance.randint(1, 6) + 1):
            parent = "processing_time" in self.columns and chance.random() < 0.15
            subs = chance.randint(1, 3) if parent else 0
            for sub in range(subs + 1):
                label = f"{number}.{sub}" if sub else str(number)
                values = {name: chance.choice(VALUES[name]) for name in self.columns if name in VALUES}
                if self.is_split:
                    values["processing_time_cut"] = chance.choice(("1 ngày", "Không thực hiện cắt giảm"))
                for name in merged:
                    merged[name] = merged[name] - 1 if merged[name] > 0 else 0
                    if merged[name] or (sub and last):
                        values[name] = None
                    elif chance.random() < 0.3:
                        merged[name] = chance.randint(2, 4)
                self._row(label, values, held, last, has_time=not (parent and not sub))

    def _row(self, label, values, held, last, has_time):
        chance = self.chance
        name = chance.choice(VERBS) + " " + chance.choice(THINGS) + chance.choice(TAILS)
        code = ""
        if "code" in self.columns and "." not in label and chance.random() < 0.9:
            self.codes += 1
            code = f"{chance.choice('1235')}.{chance.randint(0, 99):02d}{self.codes:04d}"
        cells, truth = [], {"label": label, "level": held["level"], "action": held["action"],
                            "sector": held["sector"], "code": code, "name": name}  # fmt: skip
        for column in self.columns:
            text = {"ordinal": label, "code": code, "name": name}.get(column, values.get(column, ""))
            if text is None:
                text = last[column]
                cells.append(text if self.is_cut else V)
            elif column.startswith("processing_time") and not has_time:
                text = ""
                cells.append("")
            else:
                cells.append(text)
            if column in values:
                last[column] = truth[column] = text
        at = self.columns.index("name")
        if not has_time and self.columns[at + 1 : at + 2] == ["processing_time"] and chance.random() < 0.7:
            cells[at + 1] = H
        truth.pop("note", None)
        self.is_cut = False
        self.rows.append(cells)
        self.expected.append(truth)
        if not self.is_split and chance.random() < 0.05 and V not in cells and H not in cells:
            self._cut(cells, truth)

    def _cut(self, cells, truth):
        """Cut the last row in two, the header between, as a page does in a signed copy."""
        at = self.columns.index("name")
        words = truth["name"].split()
        if len(words) < 4 or self.columns[0] != "ordinal":
            return
        self.is_cut = True
        self.rows[-1] = [*cells]
        self.rows[-1][at] = " ".join(words[:3])
        rest = [""] * len(cells)
        rest[at] = " ".join(words[3:])
        self.rows += [list(self.header[0]), rest]


def shuffled(seed):
    """The decision of a seed."""
    return _Maker(seed).make()


def verdict(seed, form, folder):
    """The table of verdicts of a seed's decision in a format."""
    described = shuffled(seed)
    return compare(read_decision([WRITERS[form](described, Path(folder) / f"{seed}.{form}")]).items, described.expected)


def main():
    form = sys.argv[1] if len(sys.argv) > 1 else "docx"
    start, end = (int(one) for one in (sys.argv[2:4] or ("0", "200")))
    right = silent = values = whole = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(start, end):
            try:
                table = verdict(seed, form, folder)
            except UnusableFileError as error:
                print(f"{seed}: {type(error).__name__} {error}")
                continue
            share = share_right(table)
            wrong = {name: dict(count) for name, count in table.items() if count["wrong"] or count["missing"]}
            if share < 1:
                print(f"{seed}: {share:.1%} {wrong}")
            size = sum(sum(count.values()) for count in table.values())
            values, right, whole = values + size, right + share * size, whole + (share == 1)
            silent += sum(count["wrong"] + count["missing"] for count in table.values())
    print(f"{form}: {whole} of {end - start} decisions whole; {right / values:.2%} of {values} values right; "
          f"{silent} wrong or missing without a doubt")  # fmt: skip


if __name__ == "__main__":
    main()
