"""What an export holds and rests on, kept inside it: the next one makes only what no longer rests on the same."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from portal.export.links import file_of

__all__ = ["FOLDER", "GroupFiles", "Manifest", "identity_of"]

# The folder's presence is also the proof that a tree is ours to replace.
FOLDER = ".cong-xuat"
VERSION = 1
_IDENTITY = "ban"


@dataclass(slots=True)
class GroupFiles:
    """The files of one group. `files`: address → SHA-256 of the content; `extras`: media the pages show."""

    mark: str
    files: dict[str, str] = field(default_factory=dict)
    extras: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Manifest:
    """`common`: mark of what every page rests on; `sequence`, `day`, `log`: how far the portal had been read; `gone`:
    addresses that are no more → where they lead; `others`: files that answer no address of the portal; `replaced`:
    `identity` of the export that stood before, and `left`: files that one had and this has not."""

    common: str
    sequence: int
    day: date
    log: list[Any]
    groups: dict[str, GroupFiles] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    replaced: str = ""
    left: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, tree: Path) -> "Manifest | None":
        """The manifest of an export; None where there is none, or one of another version."""
        try:
            found = json.loads((tree / FOLDER / "manifest.json").read_text("utf-8"))
            if found.pop("version") != VERSION:
                return None
            groups = {name: GroupFiles(*row) for name, row in found.pop("groups").items()}
            return cls(**{**found, "day": date.fromisoformat(found["day"]), "groups": groups})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, tree: Path) -> None:
        """Keep it in the tree. Raises OSError."""
        groups = {name: [one.mark, one.files, one.extras] for name, one in sorted(self.groups.items())}
        values = {
            "version": VERSION,
            "common": self.common,
            "sequence": self.sequence,
            "day": self.day.isoformat(),
            "log": self.log,
            "gone": dict(sorted(self.gone.items())),
            "others": self.others,
            "replaced": self.replaced,
            "left": self.left,
            "groups": groups,
        }
        (tree / FOLDER).mkdir(exist_ok=True)
        (tree / FOLDER / "manifest.json").write_text(json.dumps(values, ensure_ascii=False), "utf-8")
        (tree / FOLDER / _IDENTITY).write_text(self.identity, "utf-8")

    @property
    def addresses(self) -> dict[str, str]:
        """Every address with its content's hash."""
        return {address: sha for group in self.groups.values() for address, sha in group.files.items()}

    @property
    def files(self) -> set[str]:
        """Every file of the tree but compressed forms and what only the next export reads."""
        return {*map(file_of, self.addresses), *self.others}

    @property
    def identity(self) -> str:
        """What tells exports apart: the same for trees of the same files."""
        return hashlib.sha256(repr((sorted(self.addresses.items()), self.others)).encode()).hexdigest()

    def follow(self, before: "Manifest | None") -> int:
        """Note what the export before had and this has not; return how many addresses. They lead to the nearest list;
        those that came back are struck out."""
        every, gone = self.addresses, set[str]()
        if before:
            gone = before.addresses.keys() - every.keys()
            self.gone = before.gone | {address: _nearest(address, every) for address in gone}
            self.replaced = before.identity
        self.gone = {address: to for address, to in self.gone.items() if address not in every}
        return len(gone)


def _nearest(address: str, every: dict[str, str]) -> str:
    parts = address.strip("/").split("/")
    while parts:
        parts.pop()
        above = f"/{'/'.join(parts)}/" if parts else "/"
        if above in every:
            return above
    return "/"


def identity_of(tree: Path) -> str:
    """`identity` of the export in this tree; "" where it is not known."""
    try:
        return (tree / FOLDER / _IDENTITY).read_text("utf-8")
    except OSError:
        return ""
