"""Who is at the other end of a request when a proxy stands between: only what our own proxy wrote is believed."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

_PASSED_ON = ("HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP")


def address(request: HttpRequest) -> str:
    """The client's address; behind a proxy (PORTAL_BEHIND_PROXY) the last of X-Forwarded-For, which the proxy wrote.

    Earlier entries come from the client and may say anything.
    """
    if settings.PORTAL_BEHIND_PROXY:
        last = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if _is_address(last):
            return last
    return str(request.META.get("REMOTE_ADDR", ""))


def is_this_machine(request: HttpRequest) -> bool:
    """Whether the request was made on this machine and came through no proxy."""
    remote = str(request.META.get("REMOTE_ADDR", ""))
    return (
        _is_address(remote) and ip_address(remote).is_loopback and not any(name in request.META for name in _PASSED_ON)
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
