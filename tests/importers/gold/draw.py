"""Draw the records of the gold with a fixed seed, across all rough shapes of their raw cells.

Usage: python tests/importers/gold/draw.py channels|dossiers procedures.jsonl [--texts]

The shapes are told by eye-level marks in the raw text only (a currency word, a bare number, a bracket that is never
closed): enough to see that every class is drawn, not a reading of the text.
"""

import json
import random
import re
import sys
from pathlib import Path

SEED = 20261122
LONGEST = 6000  # characters: a person must be able to read the cell to its end
CHANNEL = r"(?:Trực tuyến|Trực tiếp|Dịch vụ bưu chính)"
SHAPES = {
    "channels": {
        "amount": rf"{CHANNEL}\d+ \w+[^0-9(]*?\d[\d,]* (?:Việt Nam Đồng|VNĐ)",
        "usd": r"\d USD",
        "free": rf"{CHANNEL}\d+ Ngày[^(]{{0,12}}Miễn phí(?!\()",
        "free, bracket": r"Miễn phí\(",
        "free, sum in bracket": r"Miễn phí\([^)]*\d[\d.]+ ?(?:đồng|đ\b|VNĐ)",
        "not published": r"Không có thông tin",
        "not stated": rf"{CHANNEL}Không có thông tin",
        "bare number": rf"{CHANNEL}\d+(?:Miễn|Không)",
        "number into fee": rf"{CHANNEL}\d[\d,]* (?:VNĐ|Việt Nam Đồng)",
        "small amount": r"(?:làm việc|Ngày|Giờ)\d{1,3} (?:VNĐ|Việt Nam Đồng)",
        "hours": rf"{CHANNEL}\d+ Giờ",
        "months": rf"{CHANNEL}\d+ Tháng",
        "bracket never closed": rf"(?:Miễn phí|Đồng|VNĐ)\((?:[^()]|\([^()]*\))*(?={CHANNEL}[\dK]|$)",
        "time in words": rf"(?:Mô tả|[^ ]){CHANNEL}(?=[A-ZĐa-zđ])(?!Không có thông tin|Miễn phí)",
    },
    "dossiers": {
        "one list": r"^--?Tên giấy tờ",
        "cases": r"^(?!-?-?Tên giấy tờ).+Tên giấy tờ.+Tên giấy tờ",
        "copies": r"\d bản sao",
        "zero originals, copies": r"0 bản chính,\d",
        "zero originals alone": r"0 bản chính(?!,)",
        "form files": r"\.(?:docx?|pdf|xlsx?)",
        "digits before the count": r"\d{4}\d bản chính",
        "long list": r"(?:bản chính.*){12}",
    },
}
FIELD = {"channels": "cach_thuc_thuc_hien", "dossiers": "thanh_phan_ho_so"}
PER_SHAPE = {"channels": 7, "dossiers": 5}


def draw(what, path):
    """Yield (code, shape, raw text) of the drawn records: PER_SHAPE new ones for each shape, in the order of SHAPES."""
    with Path(path).open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    records.sort(key=lambda record: record["ma_thu_tuc"])
    rng, taken = random.Random(SEED), set()
    for shape, pattern in SHAPES[what].items():
        fitting = [
            record
            for record in records
            if record["ma_thu_tuc"] not in taken
            and len(record[FIELD[what]]) <= LONGEST
            and re.search(pattern, record[FIELD[what]], re.S)
        ]
        for record in rng.sample(fitting, min(PER_SHAPE[what], len(fitting))):
            taken.add(record["ma_thu_tuc"])
            yield record["ma_thu_tuc"], shape, record[FIELD[what]]


if __name__ == "__main__":
    for code, shape, raw in draw(sys.argv[1], sys.argv[2]):
        print(f"{code}\t{shape}")
        if "--texts" in sys.argv:
            print(raw, end="\n\n")
