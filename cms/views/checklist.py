"""The papers to bring as a list to tick off, by case: what stands open is short enough for a phone, the rest folds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.models import Evidence

# A text of more characters is folded: nobody reads it on a phone before knowing that it is theirs to read.
LONG_TEXT = 2000
# In the national catalogue half of the papers have under 90 characters; one in nine has more than this.
LONG_PAPER = 400
SHORT_PAPER = 200


@dataclass(frozen=True)
class Paper:
    """One paper. `text` is shown; `whole` is the full text where `text` is only its beginning. `key` names its tick."""

    key: str
    text: str
    whole: str = ""
    originals: int | None = None
    copies: int | None = None
    form_file: str = ""
    form_address: str = ""


@dataclass
class CaseList:
    """The papers of one case. `whole_title` as in `Paper.whole`."""

    title: str
    papers: list[Paper] = field(default_factory=list)
    whole_title: str = ""
    folded: bool = False

    @property
    def size(self) -> int:
        """How many characters stand open."""
        return len(self.title) + sum(len(paper.text) + len(paper.form_file) for paper in self.papers)


def beginning(text: str, length: int = SHORT_PAPER) -> str:
    """The first words of a text, never a part of one unless it has no space."""
    return text if len(text) <= length else text[:length].rsplit(None, 1)[0].rstrip(" ,;:") + " …"


def checklist(
    groups: Iterable[tuple[str, list[Evidence]]], addresses: Mapping[str, str] | None = None
) -> list[CaseList]:
    """The lists by case. Together they leave at most `LONG_TEXT` characters open. `addresses`: where each form's file
    is fetched, by the form's name."""
    lists = []
    for title, rows in groups:
        title = title.strip()
        short = beginning(title)
        lists.append(CaseList(short, [_paper(row, addresses or {}) for row in rows], title if short != title else ""))
    # What everybody brings comes before the cases, wherever the source has it.
    lists.sort(key=lambda one: bool(one.title))
    if sum(one.size for one in lists) <= LONG_TEXT:
        return lists
    if len(lists) == 1:
        return _open_and_rest(lists[0])
    opened = 0
    for number, one in enumerate(lists, start=1):
        fits = not one.title and one.size <= LONG_TEXT - opened
        if fits:
            opened += one.size
            continue
        one.folded = True
        one.title = one.title or (_("Giấy tờ chung") if number == 1 else _("Giấy tờ khác"))
    return lists


def _paper(row: Evidence, addresses: Mapping[str, str]) -> Paper:
    text = row.name.strip().removeprefix("-").removeprefix("+").removeprefix("*").strip() or row.name
    short = text if len(text) <= LONG_PAPER else beginning(text)
    whole = text if short != text else ""
    address = addresses.get(row.form_file, "")
    return Paper(str(row.ordinal), short, whole, row.originals, row.copies, row.form_file, address)


def _open_and_rest(one: CaseList) -> list[CaseList]:
    """One long list: as many papers as fit stay open, the rest folds under how many they are."""
    opened = CaseList(one.title, [], one.whole_title)
    for paper in one.papers:
        if opened.papers and opened.size + len(paper.text) + len(paper.form_file) > LONG_TEXT:
            break
        opened.papers.append(paper)
    rest = one.papers[len(opened.papers) :]
    title = ngettext("Còn %(count)s giấy tờ nữa", "Còn %(count)s giấy tờ nữa", len(rest)) % {"count": len(rest)}
    return [opened, CaseList(title, rest, folded=True)]
