"""How kinds of applicants and levels are written in addresses, of pages and of data alike."""

from cms.vocabulary import AdministrativeLevel, ApplicantType

# Addresses never change with a label.
APPLICANTS = {
    "cong-dan": ApplicantType.CITIZEN,
    "nguoi-viet-o-nuoc-ngoai": ApplicantType.OVERSEAS,
    "nguoi-nuoc-ngoai": ApplicantType.FOREIGNER,
    "nguoi-nuoc-ngoai-cu-tru": ApplicantType.FOREIGN_RESIDENT,
    "can-bo-cong-chuc": ApplicantType.OFFICIAL,
    "doanh-nghiep": ApplicantType.ENTERPRISE,
    "doanh-nghiep-viet-nam": ApplicantType.VIETNAMESE_ENTERPRISE,
    "doanh-nghiep-von-nuoc-ngoai": ApplicantType.FOREIGN_ENTERPRISE,
    "hop-tac-xa": ApplicantType.COOPERATIVE,
    "to-chuc": ApplicantType.ORGANISATION,
    "to-chuc-nuoc-ngoai": ApplicantType.FOREIGN_ORGANISATION,
    "dang-vien": ApplicantType.PARTY_MEMBER,
    "to-chuc-dang": ApplicantType.PARTY_ORGANISATION,
}
LEVELS = {
    "bo": AdministrativeLevel.CENTRAL,
    "tinh": AdministrativeLevel.PROVINCE,
    "xa": AdministrativeLevel.COMMUNE,
    "huyen": AdministrativeLevel.DISTRICT,
    "khac": AdministrativeLevel.OTHER,
}
