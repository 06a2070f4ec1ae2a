"""The process dies in the middle of its work: the request log is whole, and at most one batch of it is missing."""

import http.client
import itertools
import json
import os
import random
import signal
import sqlite3
import threading
import time
from pathlib import Path

from gateway import Gateway
from records import observability

BATCH = 100
CLIENTS = 16
# `KILL_ROUNDS=50 make e2e ARGS="-k kill"` is what the project promises; a few show that nothing has broken.
ROUNDS = int(os.environ.get("KILL_ROUNDS", "5"))
BODIES = [
    json.dumps({"model": "demo/echo", "messages": [{"role": "user", "content": "hi"}], **more}).encode()
    for more in ({}, {"stream": True}, {"x-gateway": {"metadata": {"feature": "crash"}}})
]


class Load:
    """Clients that ask without a pause, and the identifiers of the answers that they have read to their end."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answered: list[list[tuple[float, str]]] = [[] for _ in range(CLIENTS)]
        self.threads = [threading.Thread(target=self.ask, args=(answered,)) for answered in self.answered]
        for thread in self.threads:
            thread.start()

    def ask(self, answered: list[tuple[float, str]]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            for body in itertools.cycle(BODIES):
                connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                whole = response.read()
                assert response.status == 200 and whole
                answered.append((time.monotonic(), response.headers["X-Request-ID"]))
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def end(self) -> list[tuple[float, str]]:
        for thread in self.threads:
            thread.join(20)
        return sorted(itertools.chain(*self.answered))


def end_under_load(
    folder: Path, config: Path, seconds: float, end: signal.Signals
) -> tuple[float, list[tuple[float, str]]]:
    """When the process was told to end, and what its clients were answered."""
    gateway = Gateway(folder, config)
    gateway.__enter__()
    load = Load(gateway.port)
    try:
        time.sleep(seconds)
    finally:
        gateway.process.send_signal(end)
        told = time.monotonic()
        gateway.process.wait(20)
        (folder / "port").unlink()
    return told, load.end()


def configuration(folder: Path) -> Path:
    config = folder / "config.toml"
    server = '[server]\nhost = "127.0.0.1"\nport = 0\nlog_level = "error"\n\n[[providers.demo]]\nname = "demo"\n'
    config.write_text(server + observability(folder))
    return config


def test_sigterm_under_load_loses_nothing(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    for _ in range(2):
        _, answered = end_under_load(tmp_path, config, 0.5, signal.SIGTERM)
        with sqlite3.connect(tmp_path / "observability.db") as database:
            written = {name for (name,) in database.execute("SELECT request_id FROM requests")}
            (unfinished,) = database.execute("SELECT count(*) FROM gateway_runs WHERE stopped_at IS NULL").fetchone()
        database.close()
        assert len(answered) > 20 and {name for _, name in answered} <= written
        assert unfinished == 0


def test_kill_9_under_load_loses_at_most_one_batch(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    chance = random.Random(9)
    known: set[str] = set()
    answers, missing = [], []
    for _ in range(ROUNDS):
        killed, answered = end_under_load(tmp_path, config, chance.uniform(0.2, 0.8), signal.SIGKILL)
        # The next gateway, `explain`, or any other program finds a whole file.
        with sqlite3.connect(tmp_path / "observability.db") as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            written = {name for (name,) in database.execute("SELECT request_id FROM requests")}
            (sums,) = database.execute("SELECT sum(requests) FROM usage_hourly").fetchone()
        database.close()
        assert sums == len(written), "the sums are those of the rows"
        assert known <= written, "what was written stays"
        lost = [instant for instant, name in answered if name not in written]
        assert len(lost) <= BATCH, f"{len(lost)} of {len(answered)} answers are missing"
        assert len(answered) > 20
        answers.append(len(answered))
        missing.append(len(lost))
        known = written
        age = (killed - lost[0]) * 1000 if lost else 0
        print(f"{len(answered)} answers, {len(lost)} not written, the oldest {age:.0f} ms before the kill")
    print(f"{ROUNDS} kills, {sum(answers)} answers, {sum(missing)} lost, at most {max(missing)} at once")
