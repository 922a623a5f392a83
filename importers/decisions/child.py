"""Reads one decision in a process of its own, `python -m importers.decisions.child JOB.json`: files that anybody may
have made are opened only where time and memory end. It knows no database; importers.decisions.bounded starts it."""

import json
import shutil
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

LONGEST_NAME = 80  # characters; a file system counts bytes, and a Vietnamese letter has up to three


def limit(memory: int, seconds: int) -> None:
    """Let the system end this process when it takes more: bytes of memory, seconds of processor time. POSIX only."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def work(job: dict[str, Any]) -> dict[str, Any]:
    """Do what the job says; the answer is the reading, or why there is none."""
    from importers.decisions.rows import RefusedKindError  # noqa: PLC0415  after the limits
    from importers.rows import UnusableFileError  # noqa: PLC0415

    try:
        return _picture(job) if "page" in job else _reading(job)
    except RefusedKindError as error:
        return {"refused": str(error), "kind": error.kind}
    except UnusableFileError as error:
        return {"unusable": str(error)}


def _reading(job: dict[str, Any]) -> dict[str, Any]:
    from importers.decisions.plain import to_plain  # noqa: PLC0415
    from importers.decisions.reading import read_decision  # noqa: PLC0415

    paths = [Path(one) for one in job["paths"]]
    if job["unpack"]:
        paths = _unpacked(paths, Path(job["unpack"]))
    signed_on = date.fromisoformat(job["signed_on"]) if job["signed_on"] else None
    told = Path(job["progress"])
    reading = read_decision(
        paths,
        number=job["number"],
        signed_on=signed_on,
        progress=lambda percent: _tell(told, percent),
        forms=Path(job["forms"]) if job["forms"] else None,
    )
    return {"reading": to_plain(reading), "paths": [str(path) for path in paths]}


def _unpacked(paths: list[Path], folder: Path) -> list[Path]:
    """Every single file, those of archives too, in the folder under its own name."""
    from importers.decisions.gather import gathered  # noqa: PLC0415

    found = []
    with gathered(paths) as files:
        for number, one in enumerate(files):
            place = folder / str(number)
            place.mkdir()
            name = Path(one.source.name).name
            target = place / (Path(name).stem[:LONGEST_NAME] + Path(name).suffix[:8])
            shutil.copyfile(one.source.path, target)
            found.append(target)
    return found


def _tell(place: Path, percent: int) -> None:
    with suppress(OSError):
        place.write_text(str(percent), "ascii")


def _picture(job: dict[str, Any]) -> dict[str, Any]:
    """A page of a PDF as PNG, wide enough to read."""
    import pypdfium2  # noqa: PLC0415

    with pypdfium2.PdfDocument(job["paths"][0]) as document:
        if not 1 <= job["page"] <= len(document):
            return {"unusable": "Tệp không có trang này."}
        page = document[job["page"] - 1]
        scale = min(2.0, 1600 / max(page.get_width(), page.get_height(), 1))
        page.render(scale=scale).to_pil().save(job["picture"], "PNG")
    return {"picture": job["picture"]}


def main() -> int:
    """Take the job, work, leave the answer beside it. What runs out of memory still says so."""
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    limit(job["memory"], job["seconds"])
    try:
        answer = work(job)
    except MemoryError:
        answer = {"memory": True}
    Path(job["answer"]).write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
