"""Names for the files of one run that a person can tell apart: two crawls may both be called procedures.jsonl."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from importers.rows import Place, ReadFile


def distinct_names(paths: Sequence[Path]) -> list[str]:
    """For each path its name, with as many folders before it as it takes to tell them apart."""
    parts = [path.absolute().parts for path in paths]
    names = ["/".join(part[-1:]) for part in parts]
    for depth in range(2, max(map(len, parts), default=0) + 1):
        again = {name for name, count in Counter(names).items() if count > 1}
        if not again:
            break
        names = ["/".join(part[-depth:]) if name in again else name for name, part in zip(names, parts, strict=True)]
    return names


def rename(file: ReadFile, name: str) -> ReadFile:
    """The file under another name, with every place in it."""
    if file.file == name:
        return file

    def moved(place: Place) -> Place:
        return replace(place, file=name)

    file.file = name
    file.refused = [replace(problem, place=moved(problem.place)) for problem in file.refused]
    for row in file.rows:
        row.place = moved(row.place)
        row.problems = [replace(problem, place=moved(problem.place)) for problem in row.problems]
        for part in row.parts.values():
            part.place = moved(part.place)
    return file
