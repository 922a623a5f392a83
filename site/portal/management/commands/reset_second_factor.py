"""Takes a lost phone off an account: only who runs the server may, since the code is what the password lacks."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django_otp.plugins.otp_totp.models import TOTPDevice


class Command(BaseCommand):
    """manage.py reset_second_factor TÊN."""

    help = "Bỏ xác nhận hai bước của một tài khoản (mất điện thoại); người đó thiết lập lại khi đăng nhập."

    def add_arguments(self, parser: CommandParser) -> None:
        """The account's name."""
        parser.add_argument("username", help="tên đăng nhập")

    def handle(self, *args: Any, **options: Any) -> None:
        """Deletes the person's devices and says how many."""
        user = get_user_model().objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"Không có tài khoản “{options['username']}”. Hãy kiểm tra tên đăng nhập.")
        count, _each = TOTPDevice.objects.filter(user=user).delete()
        self.stdout.write(f"Đã bỏ {count} thiết bị của {user}.")
