"""Steps of a procedure, cut at their printed labels ("Bước 1:"). A label inside a sentence ("quay lại Bước 1") is no
cut, so only a label that opens a line, or follows a sentence in the right order, counts."""

import re
from dataclasses import dataclass

from importers.normalise.words import is_not_published
from importers.rows import StepRow

_LABEL = re.compile(r"(?P<label>Bước (?P<number>\d{1,2}))[ \t]*(?P<mark>[:.\-–])")
_BULLET = re.compile(r"(?:[-+*•–]|(?<!\w)(?:\w\)|(?:\d{1,2}\.){1,3}))[ \t]*$")
_SENTENCE_END = ".;:!?"
_LOOK_BACK = 40  # characters


@dataclass(frozen=True)
class _Label:
    """A label that opens a step: where it begins with its bullet, and where the step's words begin."""

    start: int
    end: int
    text: str


def _opens(text: str, start: int, found: re.Match[str], expected: int) -> bool:
    """Whether the label whose bullet begins at `start` opens a step."""
    before = text[max(0, start - _LOOK_BACK) : start].rstrip(" \t")
    if not before or before.endswith("\n"):
        return True
    number = int(found["number"])
    has_bullet = start < found.start()
    if number not in (1, expected) or (found["mark"] != ":" and not has_bullet):
        return False
    return number == 1 or has_bullet or before[-1] in _SENTENCE_END


def _labels(text: str) -> list[_Label]:
    labels: list[_Label] = []
    expected = 1
    for found in _LABEL.finditer(text):
        back = max(0, found.start() - 12)
        bullet = _BULLET.search(text[back : found.start()])
        start = back + bullet.start() if bullet else found.start()
        if _opens(text, start, found, expected):
            labels.append(_Label(start, found.end(), found["label"]))
            expected = int(found["number"]) + 1
    return labels


def take_apart_steps(text: str) -> list[StepRow]:
    """The steps of a clean text, in order; the whole text is one step where it has no labels. Words before the first
    label are a step without a label."""
    if is_not_published(text):
        return []
    labels = _labels(text)
    if not labels:
        return [StepRow(text.strip())]
    steps = []
    if text[: labels[0].start].strip():
        steps.append(StepRow(text[: labels[0].start].strip()))
    ends = [*(label.start for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        printed = text[label.start : label.end].strip()
        steps.append(StepRow(text[label.end : end].strip(), label.text, printed))
    return steps
