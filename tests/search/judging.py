"""The judged queries against a portal of the real catalogue, made in a folder of its own. The test suite uses it, and
`make judged-scores` (rewrites the figures no class may fall below) and `make evaluate-set-aside` (the final ones)."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
JUDGED = Path(__file__).parent / "judged"
SCORES = JUDGED / "scores.json"
KEPT = ("ndcg@10", "hit@1", "hit@10", "recall@10", "zero_rate")


def manage(var, *arguments, check=True):
    """Run a command of the portal in `var`, whatever database and agency this process was given."""
    environment = {**os.environ, "PORTAL_VAR": str(var), "DJANGO_SETTINGS_MODULE": "portal.settings.dev"}
    for name in ("DATABASE_URL", "PORTAL_AGENCY", "PORTAL_ELASTICSEARCH_URL"):
        environment.pop(name, None)
    command = [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]
    return subprocess.run(command, env=environment, check=check, cwd=ROOT)


def make_portal(var, data=DATA):
    """A portal in the folder `var` with every unit and procedure of the real files, indexed: about a minute."""
    national = data / "dvcqg-ministries"
    files = [
        national / "procedures.jsonl",
        data / "bqp-structured" / "procedures.jsonl",
        *sorted((national / "xlsx-catalogues").iterdir()),
    ]
    manage(var, "migrate", "-v", "0")
    manage(var, "import_units", next((data / "vn-units").glob("*.json")))
    manage(var, "import_catalogue", *files)
    manage(var, "sync_search_index")
    return var


def figures(var, *options):
    """What `evaluate_search --json` says of the open half in this portal."""
    target = Path(var) / "figures.json"
    manage(var, "evaluate_search", JUDGED / "open.tsv", "--strict", "--json", target, *options)
    return json.loads(target.read_text(encoding="utf-8"))


def as_scores(found):
    """The figures that are kept: latency belongs to a machine."""
    rows = {"overall": found["overall"], **found["classes"]}
    return {kind: {name: row[name] and round(row[name], 4) for name in KEPT} for kind, row in rows.items()}


def main():
    """Make a portal (or take the one in --var), then write the scores or judge the half that is set aside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["scores", "set-aside"])
    parser.add_argument("--var", type=Path, help="the PORTAL_VAR of a portal that holds the real catalogue already")
    given, options = parser.parse_known_args()
    if not (given.var or DATA.is_dir()):
        sys.exit('Không có dữ liệu thật bên cạnh (../shared/data); hãy chỉ một cổng đã nạp: ARGS="--var THƯ_MỤC"')
    with tempfile.TemporaryDirectory(prefix="portal-judge-") as folder:
        var = given.var or make_portal(folder)
        if given.what == "set-aside":
            done = manage(var, "evaluate_search", JUDGED / "set_aside.tsv", "--strict", *options, check=False)
            sys.exit(done.returncode)
        SCORES.write_text(json.dumps(as_scores(figures(var, *options)), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
