"""Word's automatic numbers ("1.", "a)", "9.1"), which stand nowhere in the text: a list whose number column Word counts
would otherwise have no numbers at all."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
_ROMAN += ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # type: ignore[assignment]


@dataclass
class _Level:
    form: str = "decimal"
    text: str = "%1."
    start: int = 1


@dataclass
class _List:
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of one document, counted on as its paragraphs are met in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._read_lists(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            found = _reference(style.find(f"{W}pPr/{W}numPr"))
            if found and (name := style.get(f"{W}styleId")):
                self._styles[name] = found

    def _read_lists(self, root: Element) -> None:
        abstract: dict[str, _List] = {}
        for one in root.iter(f"{W}abstractNum"):
            levels = {}
            for level in one.iter(f"{W}lvl"):
                levels[_whole(level.get(f"{W}ilvl"))] = _Level(
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText") or "",
                    _whole(_value(level, "start") or "1"),
                )
            abstract[one.get(f"{W}abstractNumId") or ""] = _List(levels)
        for one in root.iter(f"{W}num"):
            # Lists that rest on one definition are counted on together, unless one starts anew.
            held = abstract.get(_value(one, "abstractNumId") or "")
            if held and one.find(f"{W}lvlOverride/{W}startOverride") is not None:
                held = _List(held.levels)
            if held:
                self._lists[one.get(f"{W}numId") or ""] = held

    def label_of(self, paragraph: Element) -> str:
        """The number Word shows before this paragraph; "" for none and for bullets. Each call counts on."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return ""
        found = _reference(properties.find(f"{W}numPr"))
        if found is None and (style := _value(properties, "pStyle")):
            found = self._styles.get(style)
        held = self._lists.get(found[0]) if found else None
        level = held.levels.get(found[1]) if held and found else None
        if not held or not found or level is None:
            return ""
        held.counts[found[1]] = held.counts.get(found[1], level.start - 1) + 1
        for deeper in [key for key in held.counts if key > found[1]]:
            del held.counts[deeper]
        if level.form in ("bullet", "none") or "%" not in level.text:
            return ""
        label = level.text
        for place, one in held.levels.items():
            mark = f"%{place + 1}"
            if mark in label:
                label = label.replace(mark, shown(held.counts.get(place, one.start), one.form))
        return label


def shown(number: int, form: str) -> str:
    """A count as Word writes it in a number format."""
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        text = ""
        for value, sign in _ROMAN:
            while number >= value and len(text) < 20:
                text, number = text + sign, number - value
        return text if form == "upperRoman" else text.lower()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _reference(element: Element | None) -> tuple[str, int] | None:
    if element is None:
        return None
    number = _value(element, "numId")
    return (number, _whole(_value(element, "ilvl") or "0")) if number and number != "0" else None


def _value(element: Element, name: str) -> str | None:
    found = element.find(f"{W}{name}")
    return found.get(f"{W}val") if found is not None else None


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else 0
