"""Damaged and forged files: `python -m tests.importers.decision_attacks [COUNT] FILE...` changes each file that often
by chance and reads it. Whatever comes out must be a reading, or a refusal in words, in bounded time."""

import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

if __name__ == "__main__":
    import django

    sys.path.insert(0, str(Path(__file__).parents[2] / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    django.setup()

from importers.decisions.reading import read_decision
from importers.decisions.rows import RefusedKindError
from importers.rows import UnusableFileError

SECONDS = 60
MEMORY = 3 * 1024**3
_ATTRIBUTES = (b"99999999", b"-1", b"", b"\xc3\xa9", b"x" * 4000, b"&#x110000;", b"restart")


class TooLong(BaseException):
    """Not an Exception: a reader that catches everything must not catch this."""


def _flip(data, chance):
    found = bytearray(data)
    for _ in range(chance.choice((1, 3, 30, 300))):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def _cut(data, chance):
    return data[: chance.randrange(len(data))]


def _drop(data, chance):
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, max(2, len(data) // 10)) :]


def _again(data, chance):
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, max(2, len(data) // 10))]
    return data[:start] + piece * chance.randint(2, 4) + data[start + len(piece) :]


def _attribute(data, chance):
    """One attribute of the XML gets a value no program writes."""
    found = list(re.finditer(rb'="[^"]{0,80}"', data))
    if not found:
        return _flip(data, chance)
    one = chance.choice(found)
    return data[: one.start()] + b'="' + chance.choice(_ATTRIBUTES) + b'"' + data[one.end() :]


def _tag(data, chance):
    """One tag of the XML goes, or comes again."""
    found = list(re.finditer(rb"<[^>]{1,200}>", data))
    if not found:
        return _flip(data, chance)
    one = chance.choice(found)
    return data[: one.start()] + one.group() * chance.choice((0, 2, 50)) + data[one.end() :]


WHOLE = (_flip, _cut, _drop, _again)
INSIDE = (*WHOLE, _attribute, _attribute, _tag, _tag)


def mutated(path, seed):
    """The bytes of the file, changed once in the way of the seed; of an archive as often one member as the whole."""
    chance = random.Random(seed)
    data = path.read_bytes()
    if data[:2] != b"PK" or chance.random() < 0.3:
        return chance.choice(WHOLE)(data, chance)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    wanted = [name for name in members if name.endswith((".xml", ".rels")) and members[name]]
    main = [name for name in wanted if re.search(r"document\.xml$|sheet\d*\.xml$", name)]
    name = chance.choice(main if main and chance.random() < 0.7 else wanted)
    members[name] = chance.choice(INSIDE)(members[name], chance)
    with tempfile.TemporaryFile() as made:
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for one, content in members.items():
                archive.writestr(one, content)
        made.seek(0)
        return made.read()


def outcome(path):
    """What reading the file comes to: "read", "refused", or what must never be; and how long it took."""

    def stop(_signal, _frame):
        raise TooLong

    # Seconds of the processor: on a busy machine the clock runs while nothing is read.
    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    begun = time.process_time()
    try:
        read_decision([path])
        found = "read"
    except (UnusableFileError, RefusedKindError) as error:
        text = str(error)
        found = "refused" if path.name in text and len(text) < 800 and "Traceback" not in text else f"says: {text}"
    except TooLong:
        found = f"longer than {SECONDS} s of the processor"
    except BaseException as error:  # noqa: BLE001  whatever it is, it is the finding
        found = f"{type(error).__name__}: {error}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return found, time.process_time() - begun


def attack(path, count, folder, first=0):
    """(outcome → how often, the longest time, the seeds of what must never be) of so many changed copies."""
    found, longest, bad = Counter(), 0.0, {}
    for seed in range(first, first + count):
        target = folder / f"hong{path.suffix}"
        target.write_bytes(mutated(path, seed))
        what, seconds = outcome(target)
        found[what if what in ("read", "refused") else "bad"] += 1
        longest = max(longest, seconds)
        if what not in ("read", "refused"):
            bad[seed] = what
    return found, longest, bad


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    count, paths = int(sys.argv[1]), sys.argv[2:]
    for path in map(Path, paths):
        with tempfile.TemporaryDirectory() as folder:
            found, longest, bad = attack(path, count, Path(folder))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{path.name}: {dict(found)}, longest {longest:.1f} s, so far {memory} MB at most", flush=True)
        for seed, what in bad.items():
            print(f"  seed {seed}: {what[:300]}", flush=True)


if __name__ == "__main__":
    main()
