"""The search index of the export: script files that a browser loads one by one, from a server or a disk. A word's file
is named by the word, so that a change rewrites the files of the words it touches and no others (docs/export.md)."""

import errno
import hashlib
import json
import re
import sqlite3
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from cms.calendar import today
from cms.models import Agency
from cms.selectors.keeping import kept_few
from cms.text import match_key
from portal.export import search_rules
from portal.export.links import INDEX
from portal.export.manifest import FOLDER as OWN_FOLDER
from portal.export.postings import Postings, kept_postings, numbers, postings_of, steps, write_postings
from portal.export.writer import Tree
from search.backends import Stored
from search.backends.sqlite_index import IndexBusyError
from search.document import Facts, State
from search.facets import KINDS
from search.gazetteer import Place, places
from search.hits import Hit
from search.models import PinnedResult
from search.offers import LEVEL_AT_END
from search.query import Query
from search.sync import CountsDisagreeError, sync
from search.synonyms import Entry, dictionary
from search.words import bare, marked_words

__all__ = [
    "FOLDER",
    "SIZES_ALONE",
    "current_files",
    "followed",
    "index_files",
    "index_path",
    "numbers",
    "steps",
    "write_index",
]

FOLDER: Final = "tim-kiem/"
# Files of words; procedures in a file of hits: few enough to load, many enough to stay small.
BUCKETS: Final = 1024
HITS: Final = 8
SIZES: Final = (BUCKETS, HITS)
SIZES_ALONE: Final = (1, HITS)
# So many names of places may begin with one word before they go into the files of their second ("xã", "phường").
HEADS: Final = 40
# One step of a text's size: sizes within 2 % are one.
_SIZE_STEP: Final = 1.02
_LETTERED: Final = re.compile(r"[^\s/]*[^\s/\d.][^\s/]*")
_STATES: Final = tuple(State.values)


def bucket(word: str, of: int) -> int:
    """The file a word stands in; the same whatever else is in the index."""
    return zlib.crc32(word.encode()) % of


_path: ContextVar[Path] = ContextVar("the index an export reads")
_kept: ContextVar[Path | None] = ContextVar("the export whose words are kept", default=None)


def index_path() -> Path:
    """The search's index as of the day that is being exported. Raises LookupError outside `followed`."""
    return _path.get()


@contextmanager
def followed(tree: Tree, on: date, kept: Path | None = None) -> Iterator[None]:
    """Inside, `index_path` is the search's index, brought up to the day. `kept`: an export by the same code, of whose
    words only those are reckoned anew that have changed. Raises OSError and sqlite3.Error."""
    draft = tree.root / OWN_FOLDER / "tim.sqlite3"
    tokens = _path.set(_followed(draft, on)), _kept.set(kept)
    try:
        yield
    finally:
        _path.reset(tokens[0])
        _kept.reset(tokens[1])
        for left in draft.parent.glob(f"{draft.name}*"):
            left.unlink()


def write_index(tree: Tree) -> tuple[list[str], int]:
    """Write the files of the search; return their names and how many were written. Raises OSError and
    sqlite3.Error."""
    files, words = _current(index_path())
    write_postings(tree.root, words)
    written = 0
    for name, content in files.items():
        if name != INDEX and tree.keep(name):
            continue
        written += tree.put(name, content)
    return list(files), written


@kept_few
def _current(path: Path) -> tuple[dict[str, bytes], Postings]:
    return _files(path, SIZES, kept_postings(_kept.get()))


def current_files() -> Mapping[str, bytes]:
    """Every file of the index of this export, by its name in the tree. Raises sqlite3.Error."""
    return _current(index_path())[0]


def _followed(draft: Path, on: date) -> Path:
    """The portal's own index brought up to date; for another day, or where that cannot be, one made for this run."""
    path = Path(settings.PORTAL_SEARCH_INDEX)
    if on == today():
        try:
            sync(path, on)
        except (IndexBusyError, CountsDisagreeError, OSError, sqlite3.Error):
            pass
        else:
            return path
    try:
        sync(draft, on, anew=True)
    except sqlite3.OperationalError as error:
        # A full disk, among others.
        raise OSError(errno.EIO, str(error)) from error
    return draft


def index_files(path: Path, alone: bool = False) -> dict[str, bytes]:
    """Every file of the index at `path`, by its name in the tree. `alone`: for one page that holds all of it, of one
    place: words in one file, and no names of places. Raises sqlite3.Error when the index cannot be read."""
    return _files(path, SIZES_ALONE if alone else SIZES, Postings())[0]


def _files(path: Path, sizes: tuple[int, int], kept: Postings) -> tuple[dict[str, bytes], Postings]:
    places_named = _split_places()[1] if sizes == SIZES else {}
    connection = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True)
    try:
        docs = list(
            connection.execute("SELECT id, state, length, size, far, words, levels, sector FROM doc ORDER BY id")
        )
        words = postings_of(connection, kept)
        parts = {
            "m": {"0": search_rules.engine_script()},
            "d": {"0": _part("d", 0, _documents(docs) | _words(docs) | _always_known())},
            "s": dict(_words_files(words.words, places_named, sizes[0])),
            "h": dict(_hits(connection)),
            "k": {str(number): _part("k", number, some) for number, some in enumerate(_keys(connection))},
            "f": {"0": _part("f", 0, _facets(connection))},
        }
    finally:
        connection.close()
    return _named(parts, sizes), words


def _named(parts: Mapping[str, Mapping[str, bytes]], sizes: tuple[int, int]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    entry: dict[str, Any] = {}
    for part, these in parts.items():
        hashes = {}
        for number, content in these.items():
            short = hashlib.sha256(content).hexdigest()[:8]
            hashes[number] = short
            files[f"{FOLDER}{part}/{number}.{short}.js"] = content
        most = max(map(int, hashes), default=-1)
        entry[part] = "".join(hashes.get(str(number), "-") for number in range(most + 1))
    entry["buckets"] = sizes
    files[INDEX] = (
        f"(self.timKiem||(self.timKiem={{}})).mucLuc={_json(entry)};\n{search_rules.loader_script()}".encode()
    )
    return files


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _part(part: str, number: int, value: Any) -> bytes:
    return f'timKiem.nap("{part}{number}",{_json(value)});\n'.encode()


def _words_files(
    postings: Mapping[str, Any], named: Mapping[str, Sequence[Place]], of: int
) -> Iterator[tuple[str, bytes]]:
    """For the words of one file: who holds them, what the dictionary says of phrases that begin with them, and places
    whose name goes on with them. So one round brings all there is to know of a word."""
    files: dict[int, dict[str, Any]] = defaultdict(lambda: {"words": {}})
    for word in sorted(postings):
        files[bucket(word, of)]["words"][word] = postings[word]
    for one in dictionary().entries:
        said = [list(one.phrases), list(one.official), one.kind, int(one.both_ways), int(one.keeps)]
        for number in {bucket(word, of) for word in _beginnings(one)}:
            files[number].setdefault("entries", []).append(said)
    for word, some in sorted(named.items()):
        files[bucket(word, of)].setdefault("places", {})[word] = [_placed(one) for one in some]
    for number, content in files.items():
        yield str(number), _part("s", number, content)


def _beginnings(entry: Entry) -> set[str]:
    """The folded words by which the dictionary comes upon an entry."""
    phrases = [*entry.phrases, *(entry.official if entry.both_ways else ())]
    return {words[0] for phrase in phrases if (words := [bare(word) for word in marked_words(phrase)])}


def _documents(docs: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """One number for each procedure: its length, its size, and which of the few kinds it is of."""
    kinds: dict[tuple[Any, ...], int] = {}
    rows = [
        (pk, length, search_rules.size_step(size, _SIZE_STEP), _kind(*rest)) for pk, length, size, rest in _taken(docs)
    ]
    for kind in sorted({row[3] for row in rows}):
        kinds[kind] = len(kinds)
    return {
        "ids": steps(row[0] for row in rows),
        "lengths": numbers(row[1] for row in rows),
        "sizes": numbers(row[2] for row in rows),
        "kinds": numbers(kinds[row[3]] for row in rows),
        "kind": [list(kind) for kind in kinds],
        "mean": max(sum(row[3] for row in docs) / max(len(docs), 1), 1.0),
        "step": _SIZE_STEP,
    }


def _taken(docs: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, int, int, tuple[Any, ...]]]:
    for pk, state, length, size, far, words, levels, sector in docs:
        yield pk, length, size, (state, far, words, levels, sector)


def _kind(state: str, far: int, words: str, levels: str, sector: str) -> tuple[Any, ...]:
    """What order rests on beside words: state, nearness, whether it begins with "Thủ tục", its bonus, special cases."""
    begins, special = search_rules.special_cases(words)
    return _STATES.index(state), far, int(begins), search_rules.bonus(levels.split(), sector), special


def _words(docs: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """The words of all names with how many hold each spelling, as `search.lexicon` counts them."""
    counts: Counter[str] = Counter()
    for row in docs:
        for marked in set(row[5].split()):
            counts[bare(marked)] += 1
    ordered = sorted(counts)
    return {"words": " ".join(ordered), "counts": numbers(counts[word] for word in ordered)}


def _always_known() -> dict[str, Any]:
    """Provinces, the words before names of other places, results that editors have pinned."""
    pins = PinnedResult.objects.order_by("pk").values_list("folded", "procedure_id", "valid_from", "valid_until")
    held = [[text, pk, first.isoformat(), last.isoformat()] for text, pk, first, last in pins]
    return {"places": [_placed(one) for one in _split_places()[0]], "heads": sorted(_heads()), "pins": held}


def _placed(one: Place) -> list[list[str]]:
    return [list(one.phrases), list(one.official)]


def _heads() -> set[str]:
    begins = Counter(bare(marked_words(phrase)[0]) for one in places().entries for phrase in one.phrases)
    return {word for word, count in begins.items() if count > HEADS}


def _split_places() -> tuple[list[Place], dict[str, list[Place]]]:
    """Places that are always at hand, and those found by their second word: "phường …"."""
    heads, base, second = _heads(), [], defaultdict(list)
    for one in places().entries:
        words = [bare(word) for word in marked_words(one.phrases[0])]
        if len(words) > 1 and words[0] in heads:
            second[words[1]].append(one)
        else:
            base.append(one)
    return base, second  # type: ignore[return-value]


# --- hits, numbers, facets -------------------------------------------------------------------------------------------


def _hits(connection: sqlite3.Connection) -> Iterator[tuple[str, bytes]]:
    """What a hit shows, in the words the server uses."""
    found = [(pk, state, Facts.from_json(facts)) for pk, state, facts in connection.execute(
        "SELECT id, state, facts FROM doc ORDER BY id"
    )]  # fmt: skip
    after = {pk: (facts.name, facts.slug) for pk, _state, facts in found}
    names = {pk: LEVEL_AT_END.sub("", match_key(facts.name)) for pk, _state, facts in found}
    shared = Counter((names[pk], state) for pk, state, _facts in found)
    files: dict[int, list[list[Any]]] = defaultdict(list)
    for pk, state, facts in found:
        group = zlib.crc32(names[pk].encode()) if shared[names[pk], state] > 1 else 0
        follow = [after[one] for one in facts.successors if one in after] if state == State.ENDED else []
        files[pk // HITS].append([pk, *hit_row(Hit.of(Stored(pk, state, facts), Query(""))), group, follow])
    for number, rows in files.items():
        yield str(number), _part("h", number, rows)


def hit_row(hit: Hit) -> list[Any]:
    """Name, code, slug, state, where, how long, how much, notice, sector, levels, who announced it."""
    known = not hit.name_only
    return [
        *(hit.name, hit.code, hit.facts.slug, _STATES.index(hit.state), hit.where),
        *(hit.time if known else "", hit.cost if known else "", hit.notice),
        *(hit.sector, ", ".join(hit.levels), hit.announced_by),
    ]


def _keys(connection: sqlite3.Connection) -> list[dict[str, list[Any]]]:
    """Value by value the procedures: codes of digits, numbers of decisions, codes with letters, three times as long."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    # Digits are read off the codes.
    rows = connection.execute("SELECT kind, value, doc FROM key WHERE kind != 'digits' ORDER BY kind, value, doc")
    for kind, value, doc in rows:
        found["other" if kind == "code" and _LETTERED.fullmatch(value) else kind][value].append(doc)
    held = {kind: ["\n".join(rows), [steps(docs) for docs in rows.values()]] for kind, rows in found.items()}
    return [{kind: held[kind]} if kind in held else {} for kind in ("code", "decision", "other")]


def _facets(connection: sqlite3.Connection) -> dict[str, Any]:
    """Each value with its words and its procedures, agencies with the one above; all in the order of names."""
    shown = {kind.name for kind in KINDS} - {"state"}
    labels = {(kind, value): label for kind, value, label in connection.execute("SELECT kind, value, label FROM label")}
    docs: dict[tuple[str, str], list[int]] = defaultdict(list)
    for kind, value, doc in connection.execute("SELECT kind, value, doc FROM facet ORDER BY kind, value, doc"):
        if kind in shown:
            docs[kind, value].append(doc)
    above = _above([value for kind, value in docs if kind == "agency"])
    values: dict[str, list[Any]] = defaultdict(list)
    for (kind, value), these in docs.items():
        values[kind].append([value, labels.get((kind, value), ""), steps(these), above.get(value, "")])
    order = [pk for (pk,) in connection.execute("SELECT id FROM doc ORDER BY sort, id")]
    return {"values": values, "order": numbers(order)}


def _above(slugs: Sequence[str]) -> dict[str, str]:
    """Agency → the nearest one above it among these."""
    by_path = dict(Agency.objects.filter(slug__in=slugs).values_list("path", "slug"))
    step = Agency.steplen
    ways: Callable[[str], Iterator[str]] = lambda path: (path[:end] for end in range(len(path) - step, 0, -step))  # noqa: E731
    return {slug: next((by_path[one] for one in ways(path) if one in by_path), "") for path, slug in by_path.items()}
