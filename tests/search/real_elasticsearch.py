"""The Elasticsearch process behind a local address, for tests that stop it and start it again with its data."""

import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

# Where ../shared/services/elasticsearch keeps what it starts.
ROOT = Path(os.environ.get("ES_HOME_ROOT", "/tmp/elasticsearch-service"))


class Server:
    """A server started on this machine by ../shared/services/elasticsearch."""

    def __init__(self, url):
        self.url = url
        self.pid_file = ROOT / f"{urlsplit(url).port}.pid"
        process = Path("/proc") / self.pid_file.read_text().strip()
        lines = (process / "environ").read_bytes().decode().split("\0")
        self.environment = dict(line.split("=", 1) for line in lines if "=" in line)
        # Version 9 has its folder in the environment too, version 8 only here.
        words = (process / "cmdline").read_bytes().decode().split("\0")
        self.home = Path(next(word.split("=", 1)[1] for word in words if word.startswith("-Des.path.home=")))
        # It refuses to run as root, so whoever runs it now must run it again.
        self.owner = process.stat().st_uid if os.geteuid() == 0 else None

    @property
    def pid(self):
        return int(self.pid_file.read_text())

    def freeze(self):
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)

    def stop(self):
        pid = self.pid
        os.kill(pid, signal.SIGTERM)
        self._wait(lambda: not Path(f"/proc/{pid}").exists())

    def start(self):
        home = self.home
        environment = {**self.environment, "ES_JAVA_OPTS": "-Xms512m -Xmx512m"}
        command = [home / "bin/elasticsearch", "-d", "-p", home / "pid"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, env=environment, user=self.owner, check=True, cwd=home, **quiet)
        self.pid_file.write_text((home / "pid").read_text())
        self._wait(self._is_ready)

    def _is_ready(self):
        try:
            with urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    @staticmethod
    def _wait(done, seconds=120):
        until = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < until
            time.sleep(0.2)
