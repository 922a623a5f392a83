"""One command from a fresh checkout to a living portal: migrate, sample, index, first account, server.

It is safe to run again at any time: each step first looks whether there is anything to do.
"""

import errno
import secrets
import socket
from argparse import ArgumentParser
from collections.abc import Callable
from io import StringIO
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, call_command, get_commands
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from cms import triggers

HOST = "127.0.0.1"
EDITOR = "bientap"


class Command(BaseCommand):
    """Prepare what is missing, then serve."""

    help = "Chuẩn bị những gì còn thiếu rồi chạy cổng trên máy này (đổi cổng mạng: PORT=8080)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the switch that prepares the database only."""
        parser.add_argument(
            "--chi-chuan-bi",
            action="store_true",
            dest="prepare_only",
            help="chỉ cập nhật cơ sở dữ liệu; không nạp mẫu, không chạy cổng",
        )

    def handle(self, *args: Any, prepare_only: bool, **options: Any) -> None:
        """Run the steps in order; a Vietnamese CommandError when one cannot be done."""
        if prepare_only:
            self._migrate()
            self.stdout.write("Đã chuẩn bị xong. Chạy cổng bằng: make run")
            return
        port = settings.PORTAL_PORT
        if port_is_taken(port):
            raise CommandError(port_taken_message(port))
        self._migrate()
        self._load_sample()
        self._call_if_present("load_dictionary", "Nạp từ điển tìm kiếm …")
        self._index()
        self._create_editor()
        self._serve(port)

    def _migrate(self) -> None:
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()) or triggers.missing(connection):
                self.stdout.write("Cập nhật cơ sở dữ liệu …")
                call_command("migrate", interactive=False, verbosity=0)
            call_command("check", databases=["default"], stdout=StringIO())
        except DatabaseError as error:
            raise CommandError(
                f"Không dùng được cơ sở dữ liệu {connection.settings_dict['NAME']}: {error}\n"
                "Hãy kiểm tra DATABASE_URL, quyền ghi thư mục var/ và chỗ trống trên đĩa."
            ) from error

    def _load_sample(self) -> None:
        # Only into an empty portal: a sample taken out by an editor, or beside real data, must not come back.
        if not apps.get_model("cms", "Procedure").objects.exists():
            self._call_if_present("load_sample", "Nạp dữ liệu mẫu …")

    def _index(self) -> None:
        # The pages work without an index and the search page says so itself: no reason not to serve.
        try:
            self._call_if_present("sync_search_index", "Cập nhật chỉ mục tìm kiếm …")
        except CommandError as error:
            self.stderr.write(f"Chưa cập nhật được chỉ mục tìm kiếm: {error}")

    def _call_if_present(self, command: str, message: str) -> None:
        if command in get_commands():
            self.stdout.write(message)
            call_command(command, stdout=self.stdout, stderr=self.stderr)

    def _create_editor(self) -> None:
        if get_user_model().objects.exists():
            return
        password = secrets.token_urlsafe(12)
        get_user_model().objects.create_superuser(EDITOR, None, password, full_name="Biên tập viên")
        self.stdout.write(
            "\nĐã tạo tài khoản biên tập. Mật khẩu chỉ hiện một lần này, hãy ghi lại:\n"
            f"    tên đăng nhập: {EDITOR}\n    mật khẩu:      {password}\n"
            f"Quên mật khẩu: python3 manage.py changepassword {EDITOR}\n"
        )

    def _serve(self, port: int) -> None:
        def announce(bound_port: object) -> None:
            address = f"http://{HOST}:{bound_port}/"
            self.stdout.write(f"Cổng đang chạy tại {address}\nTrang biên tập: {address}quan-tri/\nDừng: Ctrl-C")
            self.stdout.flush()

        serve_until_interrupted(port, announce)


def port_is_taken(port: int) -> bool:
    """Whether something already answers on this port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def port_taken_message(port: int) -> str:
    """What to do about a port in use, for the person at the terminal."""
    other = port + 1 if port < 65535 else port - 1
    return (
        f"Cổng mạng {port} đang có chương trình khác dùng (có thể là chính cổng này ở cửa sổ khác).\n"
        f"Hãy dừng chương trình đó, hoặc chọn cổng mạng khác: make run PORT={other}"
    )


def serve_until_interrupted(port: int, announce: Callable[[object], None]) -> None:
    """Answer requests in threads until Ctrl-C; calls `announce` with the port once it listens.

    Django's own server: it runs alike on Linux, macOS and Windows. It is for one machine; a public server uses the
    WSGI door (docs/operators.md). Raises CommandError when the port cannot be taken.
    """
    try:
        run(HOST, port, get_wsgi_application(), threading=True, on_bind=announce)
    except KeyboardInterrupt:
        return
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(port_taken_message(port)) from error
        raise CommandError(
            f"Không mở được cổng mạng {port}: {error.strerror}. Hãy chọn số từ 1024 trở lên: make run PORT=8080"
        ) from error
