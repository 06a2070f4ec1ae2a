#!/usr/bin/env python3
"""Fills a request log with a million generated requests and times everything that reads it. docs/OBSERVABILITY.md has the figures.

    large_log.py --gateway BINARY --storage-load BINARY [--requests N] [--hours N]

Each query is asked seven times; its fastest answer must come within 100 ms, that of a command within that after its start.
"""
import argparse
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

LIMIT_MS = 100
TIMES = 7
MANUAL = pathlib.Path(__file__).parent.parent / "docs" / "OBSERVABILITY.md"
CONFIG = """
[server]
host = "127.0.0.1"
port = 0
log_level = "error"

[[providers.demo]]
name = "demo"

[observability]
enabled = true
database_path = "{database}"
retention_days = 4000
"""
FIELD = "metadata.feature"


def measured(name, ask, floor=0.0):
    """Milliseconds of the fastest answer, printed; whether that is fast enough."""
    best = min(timed(ask) for _ in range(TIMES)) - floor
    print(f"{best:8.1f} ms  {name}" + ("" if best < LIMIT_MS else "   TOO SLOW"), flush=True)
    return best < LIMIT_MS


def timed(ask):
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def command(*words):
    return lambda: subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def commands(options, config, identifier):
    """What the command line asks, without the time that any command takes to start."""
    floor = min(timed(command(options.gateway, "version")) for _ in range(TIMES))
    week = str(options.hours)
    stats = [
        [], ["--hours", week], ["--hours", week, "--detailed"], ["--hours", str(options.hours * 10), "--detailed"],
        *(["--hours", week, "--group-by", group] for group in ("model", "provider", "key", "hour", "day", FIELD)),
        ["--hours", week, "--group-by", FIELD, "--detailed"],
    ]
    told = [["stats", "--json", *words] for words in stats] + [["stats", *stats[2]], ["explain", identifier]]
    for words in told:
        name = " ".join(words).replace(identifier, "ID")
        yield measured(name, command(options.gateway, words[0], "--config", config, *words[1:]), floor)


def api(port, options, identifier):
    """Every grouping of /api/v1/usage with every filter, and one request."""
    filters = ["", "api_key=team-3", "provider=openai", "model=gpt-5", "api_key=team-3&provider=openai&model=gpt-5"]
    questions = [f"requests/{identifier}", "requests/nobody", f"usage?hours={options.hours}&{FIELD}=feature-3"]
    for filter in filters:
        for group in ("", "model", "provider", "key", "hour", "day", FIELD):
            parts = [f"hours={options.hours}", filter, f"group_by={group}" if group else ""]
            questions.append("usage?" + "&".join(part for part in parts if part))

    def get(question):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/{question}", timeout=10) as reply:
                return json.load(reply)
        except urllib.error.HTTPError as error:
            assert error.code == 404 and question == "requests/nobody", question
            return {}
    for question in questions:
        if question.startswith("usage"):
            assert get(question)["total_requests"] > 0, question
        yield measured("GET /api/v1/" + question.replace(identifier, "ID"), lambda: get(question))


def manual(database, identifier):
    """The ten queries of the manual."""
    (block,) = re.findall(r"## Ten useful queries\n\n```sql\n(.*?)```", MANUAL.read_text(), re.S)
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        for query in filter(None, map(str.strip, block.split(";"))):
            query = re.sub(r"'[0-9a-f]{8}-[0-9a-f-]{27}'", f"'{identifier}'", query)
            yield measured(query.splitlines()[0].removeprefix("-- "), lambda: connection.execute(query).fetchall())


def run(options, folder):
    database, config, port_file = folder / "log.db", folder / "config.toml", folder / "port"
    config.write_text(CONFIG.format(database=database))
    began = time.monotonic()
    filled = subprocess.run(
        [options.storage_load, "fill", database, str(options.requests), str(options.hours)],
        check=True, capture_output=True, text=True).stdout
    print(f"{options.requests:,} requests of {options.hours} hours in {time.monotonic() - began:.0f} s, "
          f"{database.stat().st_size / 1e6:.0f} MB; {filled.splitlines()[-1]}\n")
    with sqlite3.connect(database) as connection:
        row = "SELECT request_id FROM requests ORDER BY id LIMIT 1 OFFSET ?"
        (identifier,) = connection.execute(row, (options.requests // 3,)).fetchone()
    results = [*commands(options, config, identifier), *manual(database, identifier)]
    gateway = subprocess.Popen(
        [options.gateway, "start", "--config", config, "--port-file", port_file], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 10
        while not (port_file.exists() and port_file.read_text().strip()):
            if time.monotonic() > deadline or gateway.poll() is not None:
                raise RuntimeError("the gateway did not start")
            time.sleep(0.02)
        results += api(int(port_file.read_text()), options, identifier)
    finally:
        gateway.terminate()
        gateway.wait(timeout=20)
    return results


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--gateway", required=True)
    arguments.add_argument("--storage-load", required=True)
    arguments.add_argument("--requests", type=int, default=1_000_000)
    arguments.add_argument("--hours", type=int, default=168)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="gateway-large-log-") as name:
        results = run(options, pathlib.Path(name))
    print(f"\n{sum(results)} of {len(results)} within {LIMIT_MS} ms")
    sys.exit(0 if all(results) else 1)


main()
