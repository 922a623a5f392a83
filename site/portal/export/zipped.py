"""The whole export as one file, to be carried or handed over."""

import zipfile
from pathlib import Path

from portal.export.manifest import FOLDER

__all__ = ["zip_tree"]


def zip_tree(tree: Path, to: Path) -> None:
    """Every public file of a tree in a zip, without what only the next export reads. Raises OSError."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(tree.rglob("*")):
            name = path.relative_to(tree)
            if path.is_file() and FOLDER not in name.parts:
                archive.write(path, name.as_posix())
