"""The search dictionary as a list: what its list exports, changed in a spreadsheet, taken in again. It stands here
because search and importers do not know each other."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cms.selectors.comparing import said
from importers.lists.resource import Line, ListResource
from importers.lists.screen import ListScreen
from importers.lists.table import Form, ListFile, RefusedRowError, Row, read_table
from search.dictionary_loading import save_entries
from search.models import DictionaryEntry, EntryKind
from search.synonyms import phrases_of

_NAMES = ("phrases", "official", "kind", "both_ways", "keeps", "note", "active")
_MARKS = ("both_ways", "keeps", "active")
_TITLES = {field.name: str(field.verbose_name) for field in DictionaryEntry._meta.fields}
COLUMNS = {name: _TITLES[name] for name in _NAMES}
FORM = Form(COLUMNS, wanted=(("phrases",), ("official",)), longest={"note": 300})


@dataclass(frozen=True)
class EntryDraft:
    """An entry as a list states it; what the list has no column for stays."""

    values: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by: its kind and its first phrase."""
        return self.values["kind"], phrases_of(self.values["phrases"])[0].casefold()


class Held:
    """The dictionary as it stands, asked once for a whole list."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[DictionaryEntry]] = defaultdict(list)
        for row in DictionaryEntry.objects.all():
            if phrases := phrases_of(row.phrases):
                self._rows[row.kind, phrases[0].casefold()].append(row)

    def standing(self, draft: EntryDraft) -> DictionaryEntry | None:
        """The entry that the draft is about."""
        return next(iter(self._rows.get(draft.key, [])), None)

    def stated(self, draft: EntryDraft) -> DictionaryEntry:
        """The entry as it would stand, not saved."""
        row = DictionaryEntry()
        if before := self.standing(draft):
            for one in DictionaryEntry._meta.concrete_fields:
                setattr(row, one.attname, getattr(before, one.attname))
            row._state.adding = False
        for name, value in draft.values.items():
            setattr(row, name, value)
        return row


def read_dictionary(path: Path) -> ListFile[EntryDraft]:
    """The entries a list states. Raises UnusableFileError when it is no such list."""
    found = read_table(path, FORM, _draft)
    times = Counter(draft.key for draft in found.drafts)
    found.refused += [
        f"“{phrase}” ({EntryKind(kind).label}) có ở {count} dòng; không dòng nào được nhập. Hãy gộp lại một dòng."
        for (kind, phrase), count in times.items()
        if count > 1
    ]
    found.drafts = [draft for draft in found.drafts if times[draft.key] == 1]
    return found


def _draft(row: Row) -> EntryDraft:
    phrases = "\n".join(phrases_of(row.lines("phrases")))
    if not phrases:
        raise RefusedRowError(f"thiếu “{COLUMNS['phrases']}”. Hãy điền vào ô {row.cell('phrases').address}.")
    kinds = {str(one): str(one.label) for one in EntryKind}
    values: dict[str, Any] = {"phrases": phrases, "official": "\n".join(phrases_of(row.lines("official")))}
    values["kind"] = row.choice("kind", kinds) or str(EntryKind.COLLOQUIAL)
    if not values["official"] and values["kind"] != EntryKind.FILLER:
        raise row.wrong("official", "chỉ từ đệm mới được để trống. Hãy ghi từ ngữ đúng như trong tên thủ tục.")
    values |= {name: row.yes(name) for name in _MARKS if row.text(name)}
    if "note" in row.places:
        values["note"] = row.text("note")
    return EntryDraft(values)


class DictionaryResource(ListResource[EntryDraft]):
    """Entries as a file states them, against those that stand."""

    columns = COLUMNS

    def __init__(self, drafts: Sequence[EntryDraft]) -> None:
        super().__init__(drafts)
        self.held = Held()

    def standing(self, draft: EntryDraft) -> Line | None:
        """The entry that stands."""
        row = self.held.standing(draft)
        return _line(row) if row else None

    def stated(self, draft: EntryDraft) -> Line:
        """The entry as it would stand."""
        return _line(self.held.stated(draft))


def _line(row: DictionaryEntry) -> Line:
    texts = {name: said(row, name) for name in _NAMES}
    texts |= {name: "; ".join(phrases_of(texts[name])) for name in ("phrases", "official")}
    return Line(texts["phrases"][:80], texts)


class DictionaryScreen(ListScreen[EntryDraft]):
    """Many entries at once."""

    address = "dictionary_import"
    title = "Nhập từ điển tìm kiếm"
    lead = (
        "Mỗi dòng một mục, nhận ra theo loại và cách gõ đầu tiên. Nhiều cách trong một ô thì xuống dòng hoặc cách nhau "
        "bằng dấu |. Mục không có trong tệp giữ nguyên."
    )
    thing = "Mục từ điển"
    right = "search.change_dictionaryentry"
    helps = (("Đến từ điển", "wagtailsnippets_search_dictionaryentry:list"),)
    resource = DictionaryResource

    def allowed(self, user: Any) -> bool:
        """Those who may add and change entries."""
        return bool(user.has_perms([self.right, "search.add_dictionaryentry"]))

    def read(self, path: Path, user: Any) -> ListFile[EntryDraft]:
        """All entries of the list."""
        return read_dictionary(path)

    def write(self, found: ListFile[EntryDraft], user: Any) -> tuple[int, int, int]:
        """All or nothing."""
        held = Held()
        resource = DictionaryResource(found.drafts)
        changing = [draft for draft in found.drafts if resource.standing(draft) != resource.stated(draft)]
        new, changed = save_entries(held.stated(draft) for draft in changing)
        return new, changed, len(found.drafts) - len(changing)
