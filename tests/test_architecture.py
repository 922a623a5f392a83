"""The shape of the house: layers, sizes, the plain `site` folder, nothing ignored by git, variables documented."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("cms", "search", "importers", "site", "tests", "benchmarks", "docs")
CODE = ("cms", "search", "importers", "site", "benchmarks")
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
# The only files that may touch the environment: its reader, and what runs before settings exist.
ENVIRONMENT_READERS = {
    "manage.py",
    "site/portal/asgi.py",
    "site/portal/wsgi.py",
    "site/portal/settings/environment.py",
    "site/portal/settings/test.py",
}


def python_files(*folders):
    found = [ROOT / "manage.py"] if "site" in folders else []
    for folder in folders:
        found += [path for path in (ROOT / folder).rglob("*.py") if "__pycache__" not in path.parts]
    return sorted(found)


def relative(path):
    return path.relative_to(ROOT).as_posix()


def test_layers_hold():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_site_is_a_plain_folder():
    assert not (ROOT / "site" / "__init__.py").exists()


def test_tests_are_a_package():
    assert (ROOT / "tests" / "__init__.py").exists()


def test_files_stay_short():
    long = {
        relative(path): lines
        for path in python_files(*CODE, "tests")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) >= LONGEST_FILE
        and "migrations" not in path.parts
    }
    assert not long


def function_lengths(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            says = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            docstring = first.end_lineno - first.lineno + 1 if says else 0
            yield f"{relative(path)}:{node.name}", node.end_lineno - node.lineno + 1 - docstring


def test_functions_stay_short():
    files = [path for path in python_files(*CODE) if "migrations" not in path.parts]
    assert not [
        (name, length) for path in files for name, length in function_lengths(path) if length >= LONGEST_FUNCTION
    ]


def test_every_module_says_why_it_exists():
    silent = [
        relative(path)
        for path in python_files(*CODE)
        if (text := path.read_text(encoding="utf-8")).strip()
        and not ast.get_docstring(ast.parse(text))
        and "migrations" not in path.parts
    ]
    assert not silent


def test_nothing_of_ours_is_ignored_by_git():
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    kinds = {".py", ".html", ".css", ".js", ".svg", ".json", ".csv", ".md", ".woff2", ".po", ".toml", ".txt"}
    wanted = [
        relative(path)
        for folder in OURS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix in kinds and not {"__pycache__", ".hypothesis"} & set(path.parts)
    ]
    done = subprocess.run(
        ["git", "check-ignore", "--stdin", "--no-index"],
        cwd=ROOT,
        input="\n".join(wanted),
        capture_output=True,
        text=True,
    )
    assert wanted
    assert done.stdout == ""


def variables_read():
    """Names given as text to the functions of portal.settings.environment, and PORT of the Makefile."""
    names = set()
    for path in python_files(*CODE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "environment"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                names.add(node.args[0].value)
    return names


def test_every_variable_stands_in_the_operators_table_and_no_other_does():
    text = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", text, flags=re.MULTILINE))
    # Django's own, set by whoever starts a server.
    assert documented - {"DJANGO_SETTINGS_MODULE"} == variables_read()


def test_the_environment_is_read_in_one_place():
    # Commands that hand the environment on to a child process are not readers: only [..] and .get are.
    pattern = re.compile(r"os\.environ(\[|\.get\(|\.setdefault\()|os\.getenv\(")
    readers = {
        relative(path)
        for path in python_files("cms", "search", "importers", "site")
        if pattern.search(path.read_text("utf-8"))
    }
    assert readers <= ENVIRONMENT_READERS


def test_packages_are_pinned_exactly():
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert re.fullmatch(r"[A-Za-z0-9._-]+(\[\w+\])?==[0-9][\w.]*(; .+)?", line), line
