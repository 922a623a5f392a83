"""A form cut out of a Word file into a file of its own, with the styles, numbers, notes and pictures it needs, which
Word and LibreOffice open. Two forms of the same words and looks become the same bytes."""

import posixpath
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml.ElementTree import fromstring

from importers.decisions.docx import MAX_XML, W
from importers.decisions.form_cleaning import Cleaning
from importers.decisions.numbering import Numbering

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_THEME = "application/vnd.openxmlformats-officedocument.theme+xml"
_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp"}
_PICTURES |= {"emf": "image/x-emf", "wmf": "image/x-wmf", "tif": "image/tiff", "tiff": "image/tiff"}
_ENDINGS = _PICTURES | {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
MAX_PICTURES = 30_000_000  # bytes of all pictures of one form, unpacked
_WRAPPERS = {f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_KINDS = {f"{W}p": "p", f"{W}tbl": "t"}
_NOTES = {"footnotes": "footnote", "endnotes": "endnote"}
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same form, cut on another day, is the same file
_SETTINGS = (
    f'<w:settings xmlns:w="{W[1:-1]}"><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
).encode()


class FormCutter:
    """Cuts forms out of one Word file that `read_docx` has read: paragraphs and tables are numbered as there.

    Raises zipfile.BadZipFile and errors of the XML parser for broken files.
    """

    def __init__(self, path: Path) -> None:
        """Open the file's parts, within the bounds of reading."""
        self._archive = zipfile.ZipFile(path)
        self._names = set(self._archive.namelist())
        body = self._part("document").find(f"{W}body")
        self._elements: list[Element] = list(_flat(body if body is not None else ()))
        self._places: dict[tuple[str, int], int] = {}
        counts = dict.fromkeys(_KINDS.values(), 0)
        for at, element in enumerate(self._elements):
            if kind := _KINDS.get(element.tag):
                counts[kind] += 1
                self._places[kind, counts[kind]] = at
        self._styles, self._numbers = self._part("styles"), self._part("numbering")
        self._pictures = self._relations()
        counted = Numbering(self._numbers, self._styles)
        self._labels = {id(one): counted.label_of(one) for one in _paragraphs(self._elements)}
        self._shared = self._shared_parts()

    def cut(self, first: tuple[str, int], end: tuple[str, int] | None) -> tuple[bytes, int]:
        """The form from the paragraph ("p", number) or table ("t", number) `first` up to before `end` (None: the end
        of the file), and how many things in it could not be taken along. Raises KeyError for places it hasn't."""
        start = self._places[first]
        stop = self._places[end] if end else len(self._elements)
        originals = [one for one in self._elements[start:stop] if one.tag != f"{W}sectPr"]
        copies = [deepcopy(one) for one in originals]
        self._settle_numbers(originals, copies)
        _begin_at_once(copies)
        section = _last_section(copies)
        if section is None:
            section = next((deepcopy(one) for at in self._elements[stop:] if (one := _section(at)) is not None), None)
        if copies and copies[-1].tag == f"{W}tbl":
            copies.append(Element(f"{W}p"))
        body = Element(f"{W}body")
        body.extend(copies)
        if section is not None:
            body.append(section)
        return self._package(body)

    def _part(self, name: str) -> Element:
        path = f"word/{name}.xml"
        found: Element = fromstring(self._bytes(path, MAX_XML)) if path in self._names else Element("none")
        return found

    def _bytes(self, path: str, most: int) -> bytes:
        with self._archive.open(path) as stored:
            data = stored.read(most + 1)
        if len(data) > most:
            raise zipfile.BadZipFile(f"{path} is too large")
        return data

    def _relations(self) -> dict[str, str]:
        """The pictures inside the file by their id. What lies outside, or is no picture, has no place in a form."""
        path = "word/_rels/document.xml.rels"
        found = {}
        for one in fromstring(self._bytes(path, MAX_XML)) if path in self._names else ():
            target = posixpath.normpath(posixpath.join("word", one.get("Target", "")))
            inside = one.get("TargetMode") != "External" and target in self._names
            if inside and one.get("Type", "").endswith("/image") and _ending(target) in _PICTURES:
                found[one.get("Id", "")] = target
        return found

    def _settle_numbers(self, originals: Sequence[Element], copies: Sequence[Element]) -> None:
        """Where a list began before the form, Word would count anew in it: the numbers then become plain text."""
        fresh = Numbering(self._numbers, self._styles)
        pairs = list(zip(_paragraphs(originals), _paragraphs(copies), strict=True))
        if all(self._labels[id(was)] == fresh.label_of(now) for was, now in pairs):
            return
        for was, now in pairs:
            if label := self._labels[id(was)]:
                _print_number(now, label)

    def _package(self, body: Element) -> tuple[bytes, int]:
        cleaning = Cleaning(self._pictures)
        root = Element(f"{W}document")
        root.append(body)
        cleaning.clean(root)
        parts: dict[str, tuple[str, bytes]] = {}
        for part, one in _NOTES.items():
            if notes := self._used_notes(root, part, one):
                without = Cleaning({})
                without.clean(notes)
                cleaning.lost += without.lost
                parts[part] = (f"{_WORD}.{part}+xml", _xml(notes))
        return self._zipped(_xml(root), self._shared | parts, cleaning.used), cleaning.lost

    def _shared_parts(self) -> dict[str, tuple[str, bytes]]:
        """The parts every form takes along: part → its type and what is in it."""
        parts = {"settings": (f"{_WORD}.settings+xml", _SETTINGS)}
        for part, element in (("styles", self._styles), ("numbering", self._numbers)):
            if element.tag != "none":
                kept = deepcopy(element)
                Cleaning({}).clean(kept)
                kept.attrib.clear()
                parts[part] = (f"{_WORD}.{part}+xml", _xml(kept))
        if "word/theme/theme1.xml" in self._names and "word/theme/_rels/theme1.xml.rels" not in self._names:
            parts["theme/theme1"] = (_THEME, self._bytes("word/theme/theme1.xml", MAX_PICTURES))
        return parts

    def _used_notes(self, root: Element, part: str, one: str) -> Element | None:
        """The notes the form refers to, with the rules that Word draws above them; None where it has none."""
        used = {mark.get(f"{W}id") for mark in root.iter(f"{W}{one}Reference")}
        if not used:
            return None
        notes = deepcopy(self._part(part))
        for note in list(notes):
            if note.get(f"{W}id") not in used and not note.get(f"{W}type"):
                notes.remove(note)
        notes.attrib.clear()
        return notes

    def _zipped(self, document: bytes, parts: dict[str, tuple[str, bytes]], pictures: dict[str, str]) -> bytes:
        types = Element("Types", xmlns=f"{_PACKAGE}/content-types")
        for ending in ["rels", "xml", *sorted({_ending(path) for path in pictures.values()})]:
            SubElement(types, "Default", Extension=ending, ContentType=_ENDINGS[ending])
        SubElement(types, "Override", PartName="/word/document.xml", ContentType=f"{_WORD}.document.main+xml")
        relations = Element("Relationships", xmlns=f"{_PACKAGE}/relationships")
        files = {"word/document.xml": document}
        for number, (part, (kind, data)) in enumerate(parts.items(), 1):
            SubElement(types, "Override", PartName=f"/word/{part}.xml", ContentType=kind)
            _relation(relations, f"part{number}", part.partition("/")[0], f"{part}.xml")
            files[f"word/{part}.xml"] = data
        left = MAX_PICTURES
        for number, (key, path) in enumerate(pictures.items(), 1):
            name = f"media/image{number}.{_ending(path)}"
            files[f"word/{name}"] = self._bytes(path, left)
            left -= len(files[f"word/{name}"])
            _relation(relations, key, "image", name)
        top = Element("Relationships", xmlns=f"{_PACKAGE}/relationships")
        _relation(top, "rId1", "officeDocument", "word/document.xml")
        files = {"[Content_Types].xml": _xml(types), "_rels/.rels": _xml(top), **files}
        files["word/_rels/document.xml.rels"] = _xml(relations)
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
        return made.getvalue()


def _flat(parent: Iterable[Element]) -> Iterator[Element]:
    """What stands in a body, through content controls and tracked insertions."""
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _flat(child)
        else:
            yield child


def _paragraphs(elements: Iterable[Element]) -> Iterator[Element]:
    """The paragraphs in the order their numbers are counted, those of tables too."""
    for element in _flat(elements):
        if element.tag == f"{W}p":
            yield element
        elif element.tag in (f"{W}tbl", f"{W}tr", f"{W}tc"):
            yield from _paragraphs(element)


def _section(element: Element) -> Element | None:
    """The layout that ends with this element."""
    return element if element.tag == f"{W}sectPr" else element.find(f"{W}pPr/{W}sectPr")


def _begin_at_once(copies: Sequence[Element]) -> None:
    """Take a page break before the first words away: it would leave an empty first page."""
    for run in copies[0].iter(f"{W}r") if copies else ():
        for child in list(run):
            if child.tag == f"{W}br" and child.get(f"{W}type") == "page":
                run.remove(child)
            elif child.tag in (f"{W}t", f"{W}drawing", f"{W}pict"):
                return


def _last_section(copies: list[Element]) -> Element | None:
    """Take empty paragraphs off the end; the layout of what then is last, where its section ended there."""
    section = None
    while copies:
        properties, found = copies[-1].find(f"{W}pPr"), _section(copies[-1])
        if properties is not None and found is not None:
            properties.remove(found)
            section = found
        if copies[-1].tag == f"{W}p" and all(one.tag == f"{W}pPr" or not _prints(one) for one in copies[-1]):
            copies.pop()
            continue
        return section
    return section


def _prints(element: Element) -> bool:
    return any((one.text or "").strip() or one.tag in (f"{W}drawing", f"{W}pict") for one in element.iter())


def _print_number(paragraph: Element, label: str) -> None:
    properties = paragraph.find(f"{W}pPr")
    assert properties is not None  # it has a number
    numbers = properties.find(f"{W}numPr")
    if numbers is None:
        numbers = Element(f"{W}numPr")
        style = properties.find(f"{W}pStyle")
        properties.insert(0 if style is None else 1, numbers)
    numbers[:] = [Element(f"{W}ilvl", {f"{W}val": "0"}), Element(f"{W}numId", {f"{W}val": "0"})]
    run = Element(f"{W}r")
    first = next((one for one in paragraph.iter(f"{W}r")), None)
    if first is not None and (looks := first.find(f"{W}rPr")) is not None:
        run.append(deepcopy(looks))
    SubElement(run, f"{W}t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}).text = f"{label} "
    paragraph.insert(list(paragraph).index(properties) + 1, run)


def _relation(parent: Element, key: str, kind: str, target: str) -> None:
    SubElement(parent, "Relationship", Id=key, Type=f"{_OFFICE}/{kind}", Target=target)


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _xml(element: Element) -> bytes:
    return tostring(element, encoding="UTF-8", xml_declaration=True)
