"""What hits can be narrowed to: each kind of facet with its name in addresses and its choices. It stands apart from
forms and indexing because both, and every engine, must mean the same by a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cms.vocabulary import AdministrativeLevel, ApplicantType, OnlineLevel, TimeUnit
from search.document import Facts, State

__all__ = ["ALL_STATES", "BY_PARAMETER", "FREE", "KINDS", "UNKNOWN", "Kind", "facets_of_facts"]

ALL_STATES: Final = "tat-ca"
FREE: Final = "FREE"
# No source states an online level: said so, never filled with a guess.
UNKNOWN: Final = "UNKNOWN"
# Limits people ask for, in working days: the same day, half a week, one and a half, three, six weeks, three months.
LIMITS: Final = (1, 3, 7, 15, 30, 60)
# The most working days a unit can last. A calendar day counts as one working day and a month as 23, so that a limit is
# never promised too early.
WORKING_DAYS: Final[Mapping[str, Decimal]] = {
    TimeUnit.MINUTE: Decimal(1) / 480,
    TimeUnit.WORKING_HOUR: Decimal(1) / 8,
    TimeUnit.HOUR: Decimal(1) / 24,
    TimeUnit.DAY: Decimal(1),
    TimeUnit.WORKING_DAY: Decimal(1),
    TimeUnit.WEEK: Decimal(5),
    TimeUnit.MONTH: Decimal(23),
    TimeUnit.YEAR: Decimal(262),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of facet. `name`: in the index and in `Filters`; `parameter`: in addresses; `values`: address value →
    index value, in the order shown, empty where both are one slug; `labels`: index value → words."""

    name: str
    parameter: str
    label: Promise | str
    values: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Promise | str] = field(default_factory=dict)

    @property
    def is_closed(self) -> bool:
        """Whether the choices are a fixed list; else they are slugs of sectors or agencies."""
        return bool(self.values)

    def indexed(self, address_value: str) -> str:
        """The index's value; "" for one there is none of."""
        return self.values.get(address_value, "") if self.is_closed else address_value

    def in_address(self, value: str) -> str:
        """The address's value; "" for one that is no choice (a level of the past)."""
        if not self.is_closed:
            return value
        return next((name for name, indexed in self.values.items() if indexed == value), "")


_AUDIENCES = {
    "cong-dan": ApplicantType.CITIZEN,
    "doanh-nghiep": ApplicantType.ENTERPRISE,
    "to-chuc": ApplicantType.ORGANISATION,
    "hop-tac-xa": ApplicantType.COOPERATIVE,
    "can-bo": ApplicantType.OFFICIAL,
    "dinh-cu-nuoc-ngoai": ApplicantType.OVERSEAS,
    "nguoi-nuoc-ngoai": ApplicantType.FOREIGNER,
    "nguoi-nuoc-ngoai-cu-tru": ApplicantType.FOREIGN_RESIDENT,
    "doanh-nghiep-viet-nam": ApplicantType.VIETNAMESE_ENTERPRISE,
    "doanh-nghiep-nuoc-ngoai": ApplicantType.FOREIGN_ENTERPRISE,
    "to-chuc-nuoc-ngoai": ApplicantType.FOREIGN_ORGANISATION,
    "dang-vien": ApplicantType.PARTY_MEMBER,
    "to-chuc-dang": ApplicantType.PARTY_ORGANISATION,
}
_LEVELS = {
    "xa": AdministrativeLevel.COMMUNE,
    "tinh": AdministrativeLevel.PROVINCE,
    "bo": AdministrativeLevel.CENTRAL,
    "khac": AdministrativeLevel.OTHER,
}
_ONLINE = {
    "toan-trinh": OnlineLevel.FULL,
    "mot-phan": OnlineLevel.PARTIAL,
    "chi-thong-tin": OnlineLevel.INFORMATION_ONLY,
    "khong": OnlineLevel.NONE,
    "chua-ro": UNKNOWN,
}
_STATES = {"dang-ap-dung": State.IN_FORCE, "sap-ap-dung": State.COMING, "da-bai-bo": State.ENDED}


def _labels(choices: Iterable[tuple[str, Promise | str]]) -> dict[str, Promise | str]:
    return {str(value): label for value, label in choices}


def _codes(values: Mapping[str, str]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


KINDS: Final = (
    Kind("level", "cap", _("Cấp thực hiện"), _codes(_LEVELS), _labels(AdministrativeLevel.choices)),
    Kind("agency", "co-quan", _("Cơ quan")),
    Kind("sector", "linh-vuc", _("Lĩnh vực")),
    Kind("audience", "doi-tuong", _("Ai được làm"), _codes(_AUDIENCES), _labels(ApplicantType.choices)),
    Kind("cost", "phi", _("Phải nộp bao nhiêu tiền"), {"mien-phi": FREE}, {FREE: _("Miễn phí")}),
    Kind(
        "time",
        "thoi-han",
        _("Bao lâu có kết quả"),
        {str(days): str(days) for days in LIMITS},
        {str(n): format_lazy(_("Trong {days} ngày làm việc"), days=n) for n in LIMITS},
    ),
    Kind(
        "online",
        "qua-mang",
        _("Làm qua mạng"),
        _codes(_ONLINE),
        _labels(OnlineLevel.choices) | {UNKNOWN: _("Chưa rõ (nguồn không ghi mức độ)")},
    ),
    Kind("state", "tinh-trang", _("Tình trạng"), _codes(_STATES), _labels(State.choices)),
)
BY_PARAMETER: Final = {kind.parameter: kind for kind in KINDS}


def facets_of_facts(facts: Facts) -> set[tuple[str, str]]:
    """The facets a hit's own facts give. A fee with any doubt is never free, a time not wholly known never short."""
    # The district level ended on 1 July 2025: nobody can go there, so nobody is offered it.
    found = {("level", level) for level in facts.levels if level != AdministrativeLevel.DISTRICT}
    if facts.free and not (facts.costs or facts.doubtful_cost or facts.cost_texts or facts.unpublished_cost):
        found.add(("cost", FREE))
    unclear = facts.bare_times or facts.doubtful_time or facts.time_texts or facts.unpublished_time
    if facts.times and not unclear:
        longest = max(Decimal(amount) * WORKING_DAYS[unit] for amount, unit in facts.times)
        found |= {("time", str(limit)) for limit in LIMITS if longest <= limit}
    return found
