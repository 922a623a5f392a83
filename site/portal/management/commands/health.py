"""`manage.py health`: the findings of the health page on the terminal, for people and for monitors."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from portal.operations.health import findings, is_well


class Command(BaseCommand):
    """Exit codes: 0 nothing is bad (warnings may be); 1 something is."""

    help = "Cho biết cổng có ổn không: cơ sở dữ liệu, lần nhập, chỉ mục, sao lưu, việc theo giờ."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each finding, the worst first."""
        found = findings(timezone.now())
        for one in found:
            self.stdout.write(str(one))
        if not is_well(found):
            raise CommandError("Cổng không ổn.")
