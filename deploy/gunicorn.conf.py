"""How gunicorn serves the portal: `PYTHONPATH=.:site gunicorn -c deploy/gunicorn.conf.py portal.wsgi`."""

import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

chdir = str(ROOT)
bind = "127.0.0.1:8000"
# One for each core; `--workers` or `--bind` on the command line wins over this file.
workers = 2
# The code is loaded once and shared by the workers, which saves most of their memory.
preload_app = True
timeout = 60
graceful_timeout = 30
# A worker that has grown over weeks is replaced; not all at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
# A worker's sign of life must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# No access log: it would hold the addresses of people who read. Errors go where the service's output goes.
accesslog = None
errorlog = "-"
# systemd and signals are control enough; the socket would want a writable home.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Serve nothing while a check fails: settings, contact, and the law's guards in the database."""
    command = [sys.executable, str(ROOT / "manage.py"), "check", "--deploy", "--database", "default"]
    if subprocess.run(command, check=False).returncode:
        server.log.error("Cổng không chạy: manage.py check báo lỗi như trên.")
        sys.exit(1)
