"""Rows of a read decision as JSON can hold them, and back: what was read stays in the batch word for word."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


# One for each kind: making an adapter takes longer than using it.
_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def to_plain(value: object) -> Any:
    """The dataclass as dicts, lists and strings; days as YYYY-MM-DD."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_plain(kind: type[T], value: Any) -> T:
    """The dataclass again. Raises pydantic.ValidationError for what was never one."""
    found: T = _adapter(kind).validate_python(value)
    return found
