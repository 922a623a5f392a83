"""The one place that reads environment variables, so that each is documented, checked and named in its error.

Every variable stands in the table of docs/operators.md; a test compares the two.
"""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on", "co", "có"}
FALSE_WORDS = {"", "0", "false", "no", "off", "khong", "không"}


def text(name: str, default: str = "") -> str:
    """The variable's text without blanks around it; `default` when unset or empty."""
    return os.environ.get(name, "").strip() or default


def required(name: str) -> str:
    """The variable's text; raises ImproperlyConfigured when unset or empty."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(
            f"thiếu biến môi trường {name}. Hãy đặt biến này rồi chạy lại (xem bảng trong docs/operators.md)."
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """A yes or no; raises ImproperlyConfigured for any other word, because a typo must not switch a safeguard off."""
    if name not in os.environ:
        return default
    word = text(name).lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"biến môi trường {name} phải là 1 hoặc 0, đang là “{word}”.")


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number between `least` and `most`; raises ImproperlyConfigured otherwise."""
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise ImproperlyConfigured(
            f"biến môi trường {name} phải là số nguyên từ {least} đến {most}, đang là “{value}”."
        )
    return int(value)


def choice(name: str, words: list[str]) -> str:
    """One of the words, the first when unset; raises ImproperlyConfigured for any other."""
    word = text(name, words[0]).lower()
    if word not in words:
        raise ImproperlyConfigured(f"biến môi trường {name} phải là {', '.join(words)}; đang là “{word}”.")
    return word


def address(name: str) -> str:
    """An http or https address without a slash at the end, or "" when unset; raises ImproperlyConfigured otherwise.
    The message never repeats the value: it may hold a password."""
    value = text(name).rstrip("/")
    try:
        parts = urlsplit(value)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if value and not fits:
        raise ImproperlyConfigured(f"biến môi trường {name} phải có dạng http://máy_chủ:9200 hoặc https://…")
    return value


def short_name(name: str, default: str) -> str:
    """A short name of small letters, digits and dashes; raises ImproperlyConfigured for any other."""
    value = text(name, default)
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", value):
        raise ImproperlyConfigured(
            f"biến môi trường {name} chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, đang là “{value}”."
        )
    return value


def listing(name: str) -> list[str]:
    """Values separated by commas, blanks dropped."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def folder(name: str, default: Path) -> Path:
    """An absolute folder, made when missing; a relative one counts from where the command runs.

    Raises ImproperlyConfigured when it cannot be made or written.
    """
    value = text(name)
    path = Path(value).expanduser().absolute() if value else default
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"không tạo được thư mục {path} ({name}): {error.strerror}. Hãy chọn thư mục khác hoặc cấp quyền ghi."
        ) from error
    if not os.access(path, os.W_OK):
        raise ImproperlyConfigured(f"không ghi được vào thư mục {path} ({name}). Hãy cấp quyền ghi hoặc chọn nơi khác.")
    return path
