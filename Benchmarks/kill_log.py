#!/usr/bin/env python3
"""Kills the gateway under the full load of the benchmark, again and again: the request log is whole and misses at most one batch,
which is 100 records or what came in 100 ms.

    kill_log.py --gateway BINARY --provider BINARY --load BINARY [--rounds N]

The gateway has a core to itself, its writer included. docs/OBSERVABILITY.md has the figures.
"""
import argparse
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import measure

HERE = pathlib.Path(__file__).parent
SECONDS = 2.0
BATCH = 100
WINDOW_MS = 100
BODY = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"What is the capital of France?"}]}'


def configuration(folder, provider):
    port = measure.free_port()
    text = "\n".join((HERE / name).read_text() for name in ("gateway.toml", "recording.toml"))
    fills = {"PORT": port, "SCHEME": "http", "PROVIDER": f"127.0.0.1:{provider.port}", "FOLDER": folder}
    for key, value in fills.items():
        text = text.replace(f"@{key}@", str(value))
    (folder / "gateway.toml").write_text(text)
    return port, folder / f"observability-{port}.db"


def kill_under_load(options, folder, port, after):
    """When it was killed, and the answers that were read whole before: (nanoseconds, identifier), in their order."""
    command = [options.gateway, "start", "--config", str(folder / "gateway.toml")]
    gateway = measure.Process(command, measure.MEASURED, port, folder / "output.log")
    gateway.wait_until_healthy()
    words = ["--mode", "unary", "--conns", "64", "--seconds", str(SECONDS), "--answers", str(folder / "answers")]
    load = subprocess.Popen(
        [options.load, "--port", str(port), "--path", "/v1/chat/completions", "--body", str(folder / "body.json"),
         *measure.KEY, *words],
        stdout=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, {measure.OTHERS}))
    time.sleep(after)
    gateway.child.send_signal(signal.SIGKILL)
    killed = time.monotonic_ns()
    gateway.child.wait(10)
    gateway.log.close()
    if load.wait(30) != 0:
        raise RuntimeError("the load generator failed")
    lines = (folder / "answers").read_text().splitlines()
    return killed, sorted((int(when), name) for when, name in map(str.split, lines))


def written(path):
    """The identifiers in the log, which is whole."""
    with sqlite3.connect(path) as database:
        if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise RuntimeError("the database is damaged")
        names = {name for (name,) in database.execute("SELECT request_id FROM requests")}
        (sums,) = database.execute("SELECT sum(requests) FROM usage_hourly").fetchone()
    database.close()
    if sums != len(names):
        raise RuntimeError(f"{len(names)} requests, and sums of {sums}")
    return names


def main():
    arguments = argparse.ArgumentParser()
    for name in ("gateway", "provider", "load"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--rounds", type=int, default=20)
    options = arguments.parse_args()
    chance = random.Random(9)
    measure.open_files()
    total, missing = 0, []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "body.json").write_bytes(BODY)
        port = measure.free_port()
        provider = measure.Process(
            [options.provider, "--port", str(port), "--tokens", "64", "--max-seconds", "300"],
            measure.OTHERS, port, folder / "output.log")
        try:
            provider.wait_until_healthy()
            port, database = configuration(folder, provider)
            for _ in range(options.rounds):
                after = chance.uniform(0.6, 1.2)
                killed, answers = kill_under_load(options, folder, port, after)
                names = written(database)
                lost = [when for when, name in answers if name not in names]
                age = (killed - lost[0]) / 1e6 if lost else 0
                print(f"{len(answers) / after:8,.0f} answers/s, {len(lost):4} lost, the oldest {age:.1f} ms before the kill")
                total += len(answers)
                missing.append(len(lost))
                if len(lost) > BATCH and age > WINDOW_MS:
                    sys.exit("more than a batch was lost")
        finally:
            provider.end()
    print(f"{options.rounds} kills, {total:,} answers, {sum(missing)} lost, at most {max(missing)} at once")


if __name__ == "__main__":
    main()
