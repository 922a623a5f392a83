"""Lists before they are taken in: django-import-export says line by line what is new, what changes and where, what
stays. It writes nothing; the write is that of the services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from django.utils.html import format_html_join
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff, Resource
from import_export.results import RowResult
from tablib import Dataset

from cms.selectors.comparing import words_between

T = TypeVar("T")
_TAGS = {"same": "span", "gone": "del", "come": "ins"}


@dataclass
class Line:
    """A row as its columns read, and the thing it is about."""

    about: str = ""
    texts: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.about


class _Text(Field):
    """A column that is a text by its key."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        """What stands there."""
        return instance.texts.get(self.attribute, "") if instance else ""


class WordDiff(Diff):
    """Differences word by word, every word escaped, with nothing but <ins> and <del>: no styles of its own."""

    def as_html(self) -> list[str]:
        """One piece of HTML for each column."""
        found: list[str] = []
        for before, after in zip(self.left, self.right, strict=True):
            words = words_between("" if self.new else before, after)
            found.append(format_html_join(" ", "<{0}>{1}</{0}>", ((_TAGS[word.kind], word.text) for word in words)))
        return found


class ListResource(Resource, Generic[T]):
    """What a file's drafts would change. A list says in `columns` what is compared, and in `standing` and `stated` how
    it reads on the portal and in the file."""

    columns: ClassVar[Mapping[str, str]]

    class Meta:
        instance_loader_class = BaseInstanceLoader
        skip_unchanged = True
        report_skipped = True
        store_instance = True

    def __init__(self, drafts: Sequence[T]) -> None:
        super().__init__()
        self.drafts = drafts
        for key, label in self.columns.items():
            self.fields[key] = _Text(attribute=key, column_name=str(label))

    def standing(self, draft: T) -> Line | None:
        """What stands on the portal; None when nothing does."""
        raise NotImplementedError

    def stated(self, draft: T) -> Line:
        """What the file says."""
        raise NotImplementedError

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        """Ours."""
        return WordDiff

    def preview(self) -> list[RowResult]:
        """A result for each draft, in their order: new, changed with its differences, or unchanged."""
        data = Dataset(*[[number] for number in range(len(self.drafts))], headers=["draft"])
        rows: list[RowResult] = self.import_data(data, dry_run=True, raise_errors=True, use_transactions=False).rows
        return rows

    def get_instance(self, instance_loader: Any, row: Any) -> Line | None:
        """What stands."""
        return self.standing(self.drafts[row["draft"]])

    def init_instance(self, row: Any = None) -> Line:
        """What is not there yet."""
        return Line()

    def import_instance(self, instance: Line, row: Any, **kwargs: Any) -> None:
        """What the file says."""
        stated = self.stated(self.drafts[row["draft"]])
        instance.about, instance.texts = stated.about, stated.texts

    def skip_row(self, instance: Line, original: Line, row: Any, import_validation_errors: Any = None) -> bool:
        """Whether it reads the same."""
        return instance.texts == original.texts

    def validate_instance(self, instance: Line, *args: Any, **kwargs: Any) -> None:
        """The reader has looked at every cell."""

    def save_instance(self, instance: Line, *args: Any, **kwargs: Any) -> None:
        """Never: the services write."""

    def save_m2m(self, *args: Any, **kwargs: Any) -> None:
        """Nor this."""
