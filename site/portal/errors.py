"""An id for each failure, on the page a person sees and in the line of the log an operator finds it by."""

import logging
import secrets

from django.http import HttpRequest


def new_id(request: HttpRequest) -> str:
    """An id of eight characters, kept on the request for the log."""
    found: str = secrets.token_hex(4)
    request.portal_error_id = found  # type: ignore[attr-defined]
    return found


class ErrorIdFilter(logging.Filter):
    """Adds the id to the record of the request that failed; other records get an empty one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        found = getattr(getattr(record, "request", None), "portal_error_id", "")
        record.error_id = f" [mã lỗi {found}]" if found else ""
        return True
