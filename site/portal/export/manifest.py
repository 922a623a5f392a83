"""What an export holds and rests on, kept inside it: the next one makes only what no longer rests on the same."""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

__all__ = ["FOLDER", "GroupFiles", "Manifest"]

# The folder's presence is also the proof that a tree is ours to replace.
FOLDER = ".cong-xuat"
VERSION = 1


@dataclass(slots=True)
class GroupFiles:
    """The files of one group. `files`: address → SHA-256 of the content; `extras`: media the pages show."""

    mark: str
    files: dict[str, str] = field(default_factory=dict)
    extras: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Manifest:
    """`common`: mark of what every page rests on; `sequence`, `day`, `log`: how far the portal had been read."""

    common: str
    sequence: int
    day: date
    log: list[Any]
    groups: dict[str, GroupFiles] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)

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
            "groups": groups,
        }
        (tree / FOLDER).mkdir(exist_ok=True)
        (tree / FOLDER / "manifest.json").write_text(json.dumps(values, ensure_ascii=False), "utf-8")

    @property
    def addresses(self) -> dict[str, str]:
        """Every address with its content's hash."""
        return {address: sha for group in self.groups.values() for address, sha in group.files.items()}
