"""Processes of a measurement: starting and ending them, their CPU time and memory, one load against one of them."""
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time
import urllib.request

CORES = sorted(os.sched_getaffinity(0))
# The measured process has a core to itself; the provider and the load share another one where there is one.
MEASURED, OTHERS = CORES[0], CORES[-1]
KEY = ["--header", "Authorization: Bearer sk-bench"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def open_files():
    """Raises the limit of open files, for children too, and returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65536 if hard == resource.RLIM_INFINITY else min(65536, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


class Process:
    """One process of ours, pinned to a core and ended by its id."""

    def __init__(self, command, core, port, log, environment=None):
        self.port = port
        self.log = open(log, "ab")
        self.child = subprocess.Popen(
            command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})},
            preexec_fn=lambda: os.sched_setaffinity(0, {core}))

    def wait_until_healthy(self, seconds=10.0):
        """Seconds until the first healthy answer, counted from now."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            if self.child.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=1) as answer:
                    if answer.status == 200:
                        return time.monotonic() - began
            except OSError:
                time.sleep(0.0005)
        raise RuntimeError(f"{self.child.args[0]} does not answer; its output is in {self.log.name}")

    def cpu_seconds(self):
        """CPU time of all threads so far, exact to the nanosecond where the kernel keeps it so."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.child.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def resident_bytes(self):
        for line in pathlib.Path(f"/proc/{self.child.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def end(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(3)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.log.close()


def load(tool, port, body, *options, path="/v1/chat/completions"):
    """Runs the load generator to its end and returns what it counted."""
    command = [tool, "--port", str(port), "--path", path, "--body", str(body), *KEY, *map(str, options)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120,
        preexec_fn=lambda: os.sched_setaffinity(0, {OTHERS}))
    if done.returncode != 0:
        raise RuntimeError(f"the load generator failed: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])
