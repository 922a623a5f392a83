"""Keeps a laptop's signing key: random, made once, outside the repository. A server brings its own in SECRET_KEY."""

from pathlib import Path

from django.core.management.utils import get_random_secret_key


def kept_secret(path: Path) -> str:
    """The key stored in `path`, made and stored (readable by its owner only) at the first call."""
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(get_random_secret_key())
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()
