"""Pages written as plain files must not say what only holds on the day of writing, nor lead to what needs a server."""

from django.http import HttpRequest

__all__ = ["is_plain_file"]


def is_plain_file(request: HttpRequest) -> bool:
    """Whether the answer is written into a file instead of being sent to a reader."""
    return bool(getattr(request, "is_plain_file", False))
