"""Signing keys: a laptop's is random, made once, outside the repository; a server brings its own, and no weak one."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

SHORTEST = 50
FEWEST_DIFFERENT = 10


def kept_secret(path: Path) -> str:
    """The key stored in `path`, made and stored (readable by its owner only) at the first call."""
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(get_random_secret_key())
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


def refuse_weak(key: str) -> str:
    """The server's key as it is; raises ImproperlyConfigured for one that is short, monotonous or an example."""
    if len(key) < SHORTEST or len(set(key)) < FEWEST_DIFFERENT or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"biến môi trường SECRET_KEY là khóa mẫu hoặc quá yếu: "
            f"cần ít nhất {SHORTEST} ký tự ngẫu nhiên. Tạo khóa bằng: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    return key
