"""A real Prometheus that scrapes the gateway, and its tool for checking what it scrapes."""

import json
import os
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

START_LIMIT = 20.0


def program(name: str) -> str:
    folder = os.environ.get("PROMETHEUS_FOLDER")
    if not folder:
        raise RuntimeError("PROMETHEUS_FOLDER must name the folder of prometheus and promtool; scripts/e2e.sh does that")
    return str(Path(folder) / name)


def lint(exposition: str) -> str:
    """What `promtool check metrics` has to say; empty when all is well."""
    run = subprocess.run(
        [program("promtool"), "check", "metrics"],
        input=exposition,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    return run.stdout + run.stderr + ("" if run.returncode == 0 else f"exit status {run.returncode}")


def check_rules(file: Path) -> str:
    """The output of `promtool check rules`; raises where it finds fault."""
    run = subprocess.run(
        [program("promtool"), "check", "rules", str(file)], capture_output=True, text=True, check=False, timeout=20
    )
    if run.returncode != 0:
        raise AssertionError(run.stdout + run.stderr)
    return run.stdout


class Prometheus:
    """`with Prometheus(folder, targets) as prometheus:` scrapes each target once a second."""

    def __init__(self, folder: Path, target: str, *, path: str = "/metrics", scrape: str = "", rules: str = "") -> None:
        self.folder = folder
        self.log = folder / "prometheus.log"
        self.port = free_port()
        self.config = folder / "prometheus.yml"
        self.config.write_text(
            f"global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}\n{rules}\n"
            f"scrape_configs:\n- job_name: gateway\n  metrics_path: {path}\n"
            f"  static_configs: [{{targets: ['{target}']}}]\n{scrape}"
        )

    def __enter__(self) -> "Prometheus":
        command = [
            program("prometheus"),
            f"--config.file={self.config}",
            f"--storage.tsdb.path={self.folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path: str, **query: str) -> dict:
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=5) as response:
            return json.load(response)["data"]

    def query(self, expression: str) -> list[dict]:
        return self.get("query", query=expression)["result"]

    def value(self, expression: str) -> float | None:
        """Of an expression with one result."""
        result = self.query(expression)
        assert len(result) <= 1, result
        return float(result[0]["value"][1]) if result else None

    def wait_for(self, expression: str, wanted: float) -> None:
        """Waits until the expression has the value; fails with what Prometheus said of the target when it never has."""
        deadline = time.monotonic() + START_LIMIT
        value: object = None
        while time.monotonic() < deadline:
            try:
                value = self.value(expression)
                if value == wanted:
                    return
            except OSError as error:
                value = error
            time.sleep(0.1)
        targets = self.get("targets") if self.process.poll() is None else self.log.read_text()
        raise AssertionError(f"{expression} is {value}, not {wanted}; {targets}")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
