"""Comma-joined lists of the portal: levels and kinds of applicants become codes of the vocabulary. An unknown word is
reported and never mapped to a neighbour: the raw text of the part keeps it."""

import re
from collections.abc import Mapping

from cms.text import fold
from cms.vocabulary import AdministrativeLevel, ApplicantType
from importers.normalise.words import Note, is_not_published

_LEVELS = {
    "cap bo": AdministrativeLevel.CENTRAL,
    "cap tinh": AdministrativeLevel.PROVINCE,
    "cap huyen": AdministrativeLevel.DISTRICT,
    "cap xa": AdministrativeLevel.COMMUNE,
    "co quan khac": AdministrativeLevel.OTHER,
}
_APPLICANTS = {
    "cong dan viet nam": ApplicantType.CITIZEN,
    "nguoi viet nam dinh cu o nuoc ngoai": ApplicantType.OVERSEAS,
    "nguoi nuoc ngoai": ApplicantType.FOREIGNER,
    "can bo, cong chuc, vien chuc": ApplicantType.OFFICIAL,
    "doanh nghiep": ApplicantType.ENTERPRISE,
    "doanh nghiep co von dau tu nuoc ngoai": ApplicantType.FOREIGN_ENTERPRISE,
    "hop tac xa": ApplicantType.COOPERATIVE,
    "to chuc (khong bao gom doanh nghiep, htx)": ApplicantType.ORGANISATION,
    "to chuc nuoc ngoai": ApplicantType.FOREIGN_ORGANISATION,
    "nguoi nuoc ngoai cu tru tai viet nam": ApplicantType.FOREIGN_RESIDENT,
    "doanh nghiep viet nam": ApplicantType.VIETNAMESE_ENTERPRISE,
    "dang vien": ApplicantType.PARTY_MEMBER,
    "to chuc dang": ApplicantType.PARTY_ORGANISATION,
}
# The two names that hold commas themselves stand first.
_ITEM = re.compile(r"\s*Cán bộ, công chức, viên chức|[^,(]*\([^)]*\)[^,]*|[^,]+", re.IGNORECASE)


def _items(text: str) -> list[str]:
    return [item.strip() for item in _ITEM.findall(text.replace("\n", ",")) if item.strip(" .;")]


def _read(text: str, known: Mapping[str, str], code: str, message: str) -> tuple[tuple[str, ...], list[Note]]:
    values: list[str] = []
    notes: list[Note] = []
    for item in [] if is_not_published(text) else _items(text):
        value = known.get(" ".join(fold(item).split()).strip(" .;"))
        if value is None:
            notes.append(Note(code, item, message))
        elif value not in values:
            values.append(str(value))
    return tuple(values), notes


def read_levels(text: str) -> tuple[tuple[str, ...], list[Note]]:
    """vocabulary.AdministrativeLevel codes of "Cấp bộ, Cấp tỉnh", in the order written; unknown words in the notes."""
    return _read(text, _LEVELS, "LEVEL_UNKNOWN", "Cấp thực hiện chưa có trong danh mục; giữ nguyên chữ.")


def read_applicants(text: str) -> tuple[tuple[str, ...], list[Note]]:
    """vocabulary.ApplicantType codes of a list of addressees, in the order written; unknown words in the notes."""
    return _read(text, _APPLICANTS, "APPLICANT_UNKNOWN", "Đối tượng thực hiện chưa có trong danh mục; giữ nguyên chữ.")
