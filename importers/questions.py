"""Finds rows that may be a procedure the portal knows under no code, or the other way round: the names agree, and a
name is no proof. Nothing is joined and nothing written for them until an editor says which it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from cms.models import ValidityPeriod
from cms.text import match_key
from cms.vocabulary import Part, ScopePart
from importers.models import ImportRow
from importers.rows import Problem
from importers.staging import Key, Staged
from importers.standing import NATION, Standing

SAME_NAME = "same_name"
# What follows is for those who run the command; screens leave it out.
BY_COMMAND = "; bằng lệnh: "
_LEAD = "thu tuc "


def questions(
    items: Sequence[Staged], standing: Mapping[Key, Standing], apart: Collection[str] = ()
) -> dict[Key, Problem]:
    """The question each new item raises, by its key. `apart`: codes and identifiers that an editor has said are
    procedures of their own.

    Asked where a name agrees and at most one of the two has a code. Records of one file are told apart by that file.
    """
    fresh = [item for item in items if item.key not in standing and item.key[1] not in apart]
    held = _names_held(bool(any(item.key[0] != "code" for item in fresh)))
    in_run: dict[str, list[Staged]] = defaultdict(list)
    for item in items:
        in_run[_name(item.source.name)].append(item)
    asked = {}
    for item in fresh:
        name = _name(item.source.name)
        coded = item.key[0] == "code"
        known = [slug for slug, has_code in held.get(name, ()) if not (coded and has_code)]
        others = [] if coded else [other for other in in_run[name] if _comes_first(other, item)]
        if known or others:
            asked[item.key] = _question(item, known, others)
    return asked


def same_named(rows: Iterable[ImportRow]) -> dict[int, list[str]]:
    """Addresses of the standing procedures that each kept row may be, by the row's pk. One query."""
    held = _names_held(with_codes=True)
    return {
        row.pk: [slug for slug, has_code in held.get(_name(row.name), ()) if not (row.code and has_code)]
        for row in rows
    }


def _name(name: str) -> str:
    return match_key(name).removeprefix(_LEAD)


def _names_held(with_codes: bool) -> dict[str, list[tuple[str, bool]]]:
    """Address and whether there is a code, by the name that stands for the nation."""
    rows = ValidityPeriod.objects.standing().filter(scope__key=NATION, part=ScopePart.BASE, valid_to__isnull=True)
    if not with_codes:
        rows = rows.filter(procedure__code__isnull=True)
    held: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    for name, slug, code in rows.values_list("content__name", "procedure__slug", "procedure__code"):
        held[_name(name or "")].append((slug, code is not None))
    return held


def _comes_first(other: Staged, item: Staged) -> bool:
    """Whether the other row of this run is the one to be asked about; the order of the files must not matter."""
    if other.source.place.file == item.source.place.file:
        return False
    return other.key[0] == "code" or other.key < item.key


def _question(item: Staged, known: Iterable[str], others: Iterable[Staged]) -> Problem:
    key = item.key[1]
    where = [f"{slug} (đang có trên cổng)" for slug in known]
    where += [f"{other.key[1]} ({other.source.place})" for other in others]
    message = (
        f"cùng tên với {'; '.join(where)}. Tên giống nhau chưa đủ để ghép, nên dòng này chưa được ghi. Ghi các dòng "
        f"khác xong, hãy trả lời ở trang quản trị “Câu hỏi danh mục” rồi nhập lại{BY_COMMAND}nếu là một, nhập lại với "
        f"--join '{key}=ĐỊA-CHỈ' (địa chỉ của thủ tục kia trên cổng); nếu là hai, với --apart '{key}'."
    )
    return Problem("asked", SAME_NAME, item.source.place, Part.NAME, item.source.name, message)
