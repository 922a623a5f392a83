"""How soon a cheap phone on a slow line can read a page: Chromium with its slow-3G line and a processor four times
slower, cold, the median of three. The limit is 3 s to the first text (first contentful paint); its ratio is printed.

    python benchmarks/bench_phone.py http://127.0.0.1:8000 [/path/ …]
"""

import os
import platform
import statistics
import sys

from playwright.sync_api import Browser, sync_playwright

LIMIT = 3_000  # ms
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# Chromium's own profile "Slow 3G" (DevTools): 400 kbit/s each way less its overhead, 2 s of latency a round.
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
PATHS = ["/", "/tim-kiem/?q=khai+sinh", "/thu-tuc/"]
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def first_paint(browser: Browser, address: str) -> tuple[float, int]:
    """Milliseconds to the first text, and the bytes that came over the line."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    received = 0

    def count(event: dict) -> None:
        nonlocal received
        received += int(event["encodedDataLength"])

    session.on("Network.loadingFinished", count)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, wait_until="load", timeout=60_000)
    page.wait_for_function(PAINT)
    painted = float(page.evaluate(PAINT))
    context.close()
    return painted, received


def main() -> int:
    """Print a line a page; 1 when a page is later than the limit."""
    if len(sys.argv) < 2:
        print(__doc__)
        return 0
    base, paths = sys.argv[1].rstrip("/"), sys.argv[2:] or PATHS
    late = 0
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; limit {LIMIT} ms")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for path in paths:
            runs = [first_paint(browser, base + path) for _ in range(3)]
            median = statistics.median(painted for painted, _ in runs)
            late += median > LIMIT
            print(f"{path:60} {median:6.0f} ms = {median / LIMIT:.2f} of the limit; {runs[0][1] / 1000:.1f} kB")
        browser.close()
    return int(bool(late))


if __name__ == "__main__":
    sys.exit(main())
