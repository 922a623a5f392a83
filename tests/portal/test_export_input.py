"""What goes wrong with an export from outside is said in plain words; nobody waits for ever, the old one is kept."""

import os
import pickle
import signal

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from portal.export import writer
from portal.export.manifest import FOLDER
from portal.export.processes import ProcessLostError, shared_out
from portal.export.rendering import CannotRenderError
from portal.export.writer import NotAnExportError, check_place
from portal.management.commands import export_site


def _killed_at_three(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def _failing(number):
    raise CannotRenderError(f"/trang/{number}/", "404")


def test_a_process_killed_for_want_of_memory_ends_the_work_instead_of_being_waited_for():
    with pytest.raises(ProcessLostError):
        list(shared_out(_killed_at_three, range(8), 2))
    assert sorted(shared_out(_killed_at_three, [1, 2], 2)) == [1, 2]


def test_a_page_that_fails_in_another_process_is_named():
    with pytest.raises(CannotRenderError, match=r"/trang/\d/: 404"):
        list(shared_out(_failing, range(4), 2))
    assert str(pickle.loads(pickle.dumps(CannotRenderError("/a/", "404")))) == "/a/: 404"


@pytest.mark.parametrize(
    "option",
    [
        ("--workers", "0"),
        ("--workers", "1000"),
        ("--base-url", "tthc.example.vn"),
        ("--base-url", "https://tthc.example.vn/?a=1"),
        ("--on", "31/12/9999"),
        ("--on", "hôm qua"),
    ],
)
def test_a_wrong_option_is_named_before_anything_is_written(option, tmp_path):
    with pytest.raises(CommandError, match=option[0]):
        call_command("export_site", str(tmp_path / "ban"), *option)
    assert list(tmp_path.iterdir()) == []


def test_no_export_inside_another_or_in_the_place_of_a_disk(tmp_path, monkeypatch):
    (tmp_path / "ban" / FOLDER).mkdir(parents=True)
    project = tmp_path / "ma-nguon"
    with pytest.raises(NotAnExportError, match="nằm trong bản xuất"):
        check_place(tmp_path / "ban" / "thu-tuc", project, project / "var")
    check_place(tmp_path / "ban", project, project / "var")
    monkeypatch.setattr(writer.Path, "is_mount", lambda self: self == tmp_path / "ban")
    with pytest.raises(NotAnExportError, match="gốc của một ổ đĩa"):
        check_place(tmp_path / "ban", project, project / "var")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "Đã dừng theo lệnh"),
        (OperationalError("database is locked"), 1, "đang bị lệnh khác giữ"),
        (OperationalError("database or disk is full"), 1, "Đĩa đã đầy"),
        (ProcessLostError(), 1, "--workers 1"),
    ],
)
def test_what_ends_an_export_is_said_with_what_to_do(error, code, words, tmp_path, monkeypatch):
    def failing(*args):
        raise error

    monkeypatch.setattr(export_site, "export", failing)
    with pytest.raises(CommandError, match=words) as caught:
        call_command("export_site", str(tmp_path / "ban"), "--base-url", "https://tthc.example.vn")
    assert caught.value.returncode == code
    assert "vẫn nguyên" in str(caught.value)
    assert [one.name for one in tmp_path.iterdir()] == [".ban.khoa"]
