"""House rules of the domain as system checks: the database must carry the law's guards."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from cms import triggers


@register(Tags.database)
def guards_are_there(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """An installed database without its triggers would let published rows be edited."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if "cms_validityperiod" not in connection.introspection.table_names():
            continue
        if absent := triggers.missing(connection):
            found.append(
                Error(
                    f"Cơ sở dữ liệu “{alias}” thiếu {len(absent)} ràng buộc pháp lý: {', '.join(absent[:5])}",
                    hint="Chạy lại: python manage.py migrate",
                    id="cms.E001",
                )
            )
    return found
