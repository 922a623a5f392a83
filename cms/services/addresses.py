"""Addresses made from names. An address never dies, so it is made once and kept whatever the name becomes."""

from typing import Any

from cms.models import Decision, Procedure
from cms.text import slugify
from cms.vocabulary import DecisionState

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


def decision_slug(decision: Decision) -> str:
    """The address of an unpublished decision: the one under which the same decision was public until it was taken
    back, else its own, made from its number."""
    same = {name: getattr(decision, name) for name in ("issuer", "number", "signed_on")}
    taken_back = Decision.objects.filter(state=DecisionState.ROLLED_BACK, **same)
    if held := taken_back.values_list("slug", flat=True).first():
        return held
    others = Decision.objects.exclude(pk=decision.pk)
    is_own = decision.slug and not others.filter(slug=decision.slug).exists()
    return decision.slug if is_own else free_slug(Decision, decision.number)


def _free(model: Any, stem: str, taken: set[str] | None) -> str:
    slug, number = stem, 1
    while (slug in taken) if taken is not None else model.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    if taken is not None:
        taken.add(slug)
    return slug
