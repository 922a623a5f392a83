"""`manage.py run_due`: all timed work behind one line in cron, a systemd timer or the Windows Task Scheduler."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from cms.locking import LockTakenError
from portal.operations import jobs


class Command(BaseCommand):
    """Exit codes: 0 done or nothing due; 1 a job failed, the others ran; 2 another run is at work, nothing done."""

    help = "Chạy mọi việc theo giờ đã đến lúc; gọi mỗi phút hay mỗi vài phút đều được."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run what is due; one line for each job, with `--verbosity 0` for failed ones only."""
        failed = 0
        try:
            for outcome in jobs.run_due():
                if outcome.error:
                    failed += 1
                    self.stderr.write(f"HỎNG  {outcome.job.label} ({outcome.job.name}): {outcome.error}")
                elif options["verbosity"]:
                    self.stdout.write(f"{'đợi ' if outcome.busy else 'xong'}  {outcome.job.label} ({outcome.job.name})")
        except LockTakenError as error:
            raise CommandError(
                "Một lần chạy việc theo giờ khác chưa xong. Lần này không làm gì; lần sau sẽ chạy bù.", returncode=2
            ) from error
        if failed:
            raise CommandError(f"{failed} việc theo giờ hỏng; các việc khác đã chạy. Lần sau sẽ thử lại.")
