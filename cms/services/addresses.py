"""Addresses made from names. An address never dies, so it is made once and kept whatever the name becomes."""

from typing import Any

from cms.models import Procedure
from cms.text import slugify

LEADING = "thu-tuc-"


def free_slug(model: Any, name: str, taken: set[str] | None = None) -> str:
    """An address made from the name that no row of the model has; a number is added where needed.

    `taken` stands for the model's addresses where many are made at once, and takes in the new one.
    """
    return _free(model, slugify(name) or "muc", taken)


def free_procedure_slug(name: str, taken: set[str] | None = None) -> str:
    """The address of a procedure: its name without the leading "Thủ tục", which half of the names carry."""
    stem = slugify(name, max_length=80 + len(LEADING))
    short = stem.removeprefix(LEADING) or stem
    return _free(Procedure, slugify(short.replace("-", " ")) or "muc", taken)


def _free(model: Any, stem: str, taken: set[str] | None) -> str:
    slug, number = stem, 1
    while (slug in taken) if taken is not None else model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    if taken is not None:
        taken.add(slug)
    return slug
