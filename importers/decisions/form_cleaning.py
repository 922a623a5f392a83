"""What of a Word text may stand in a form that the public downloads: what is printed. Links, fields that fetch or run,
embedded objects, marks of reviewing and the newer programs' own additions stay behind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from importers.decisions.docx import W

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_MICROSOFT = "http://schemas.microsoft.com/office"
R = f"{{{_OFFICE}/relationships}}"
A = f"{{{_DRAWING}/main}}"
WP = f"{{{_DRAWING}/wordprocessingDrawing}}"
V = "{urn:schemas-microsoft-com:vml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# All that a form may be made of, under the names that programs expect.
NAMESPACES = {
    "w": W[1:-1],
    "r": R[1:-1],
    "wp": WP[1:-1],
    "a": A[1:-1],
    "pic": f"{_DRAWING}/picture",
    "wps": f"{_MICROSOFT}/word/2010/wordprocessingShape",
    "wpg": f"{_MICROSOFT}/word/2010/wordprocessingGroup",
    "wpc": f"{_MICROSOFT}/word/2010/wordprocessingCanvas",
    "v": V[1:-1],
    "o": "urn:schemas-microsoft-com:office:office",
    "w10": "urn:schemas-microsoft-com:office:word",
    "m": f"{_OFFICE}/math",
}
for _prefix, _uri in NAMESPACES.items():
    ElementTree.register_namespace(_prefix, _uri)
_KNOWN = {*NAMESPACES.values(), MC[1:-1], "http://www.w3.org/XML/1998/namespace"}


def _names(space: str, names: str) -> set[str]:
    return {f"{space}{name}" for name in names.split()}


_LOST = _names(W, "altChunk subDoc object control")
_DROPPED = _LOST | _names(A, "extLst hlinkClick hlinkHover hlinkMouseOver")
_DROPPED |= _names(
    W,
    "del moveFrom bookmarkStart bookmarkEnd commentRangeStart commentRangeEnd commentReference annotationRef proofErr "
    "permStart permEnd moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd sdtPr sdtEndPr pPrChange "
    "rPrChange sectPrChange tblPrChange tblPrExChange trPrChange tcPrChange tblGridChange numberingChange "
    "headerReference footerReference lastRenderedPageBreak customXmlPr smartTagPr entryMacro exitMacro "
    "customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart customXmlDelRangeEnd cellIns cellDel cellMerge "
    "numPicBullet lvlPicBulletId",
)
_UNWRAPPED = _names(W, "ins moveTo hyperlink smartTag customXml sdt sdtContent")
# Fields that only draw: boxes to tick or fill in, signs. Of all others the last result stays as plain text.
_DRAWN_FIELDS = ("FORMTEXT", "FORMCHECKBOX", "FORMDROPDOWN", "SYMBOL", "PAGE")
_LINKS = ("href", "src", "{urn:schemas-microsoft-com:office:office}href")


@dataclass
class Cleaning:
    """Cleans texts of one form. `pictures`: those inside the file, by the id the text names them with; afterwards
    `used` has the ones a form needs, by the id it names them with, and `lost` counts what could not be taken along."""

    pictures: Mapping[str, str]
    used: dict[str, str] = field(default_factory=dict)
    lost: int = 0

    def clean(self, root: Element) -> None:
        """Leave in the text only what is printed."""
        _still_fields(root)
        self._inside(root)
        _count_drawings(root)

    def _inside(self, parent: Element) -> None:
        place = 0
        while place < len(parent):
            child = parent[place]
            if (instead := self._instead(child)) is not None:
                parent[place : place + 1] = instead
                continue
            self._attributes(child)
            self._inside(child)
            if child.tag in (f"{W}drawing", f"{W}pict") and _is_empty_picture(child):
                self.lost += 1
                del parent[place]
                continue
            place += 1

    def _instead(self, element: Element) -> list[Element] | None:
        """What stands in the place of an element; None: the element itself."""
        if element.tag in _DROPPED or element.tag[1:].partition("}")[0] not in _KNOWN:
            self.lost += element.tag in _LOST
            return []
        if element.tag == f"{MC}AlternateContent":
            choices = [one for one in element.iter(f"{MC}Choice") if set(one.get("Requires", "?").split()) <= _PREFIXES]
            return list((choices or list(element.iter(f"{MC}Fallback")) or [Element("none")])[0])
        fetches = element.tag == f"{W}fldSimple" and not _draws(element.get(f"{W}instr", ""))
        return list(element) if element.tag in _UNWRAPPED or fetches else None

    def _attributes(self, element: Element) -> None:
        for name in list(element.keys()):
            space = name[1:].partition("}")[0] if name[0] == "{" else ""
            if name.startswith(R):
                self._picture(element, name)
            elif (space and space not in _KNOWN) or name.startswith((f"{W}rsid", MC)) or name in _LINKS:
                del element.attrib[name]

    def _picture(self, element: Element, name: str) -> None:
        target = self.pictures.get(element.attrib.pop(name), "")
        if target:
            held = {path: key for key, path in self.used.items()}
            key = held.get(target) or f"rId{len(self.used) + 1}"
            self.used[key] = target
            element.set(name, key)


_PREFIXES = set(NAMESPACES)


def _count_drawings(root: Element) -> None:
    """Number drawings from 1, in the form and one above the other, so that equal forms are equal files."""
    for number, one in enumerate(root.iter(f"{WP}docPr"), 1):
        one.set("id", str(number))
        one.set("name", f"Hình {number}")
    anchors = [one for one in root.iter(f"{WP}anchor") if one.get("relativeHeight", "").isdecimal()]
    for height, one in enumerate(sorted(anchors, key=lambda one: int(one.get("relativeHeight", "0"))), 1):
        one.set("relativeHeight", str(height))


def _is_empty_picture(drawing: Element) -> bool:
    """Whether a picture in it lay elsewhere, or nothing that draws is left of it."""
    blips, drawn = list(drawing.iter(f"{A}blip")), list(drawing.iter(f"{V}imagedata"))
    missing = any(not one.get(f"{R}embed") for one in blips) or any(not one.get(f"{R}id") for one in drawn)
    graphics = list(drawing.iter(f"{A}graphicData"))
    return missing or not len(drawing) or any(not len(one) for one in graphics)


def _draws(instruction: str) -> bool:
    return instruction.strip().upper().startswith(_DRAWN_FIELDS)


def _still_fields(root: Element) -> None:
    """Take the instructions of fields away, so that their last result is plain text; also of fields cut in half."""
    parents = {id(child): parent for parent in root.iter() for child in parent}
    opened: list[tuple[list[Element], list[str]]] = []
    removed: list[Element] = []
    for mark in _marks(root):
        kind = mark.get(f"{W}fldCharType", "")
        if kind == "begin":
            opened.append(([], []))
        if not opened:
            removed.append(mark)
            continue
        opened[-1][0].append(mark)
        opened[-1][1].append(mark.text or "")
        if kind == "end":
            marks, words = opened.pop()
            removed += [] if _draws("".join(words)) else marks
    for marks, _words in opened:
        removed += marks
    for mark in removed:
        parents[id(mark)].remove(mark)


def _marks(root: Element) -> Iterator[Element]:
    return (one for one in list(root.iter()) if one.tag in (f"{W}fldChar", f"{W}instrText", f"{W}delInstrText"))
