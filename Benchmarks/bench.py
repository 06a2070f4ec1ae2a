#!/usr/bin/env python3
"""Measures the gateway beside nginx in one run and prints one table. docs/BENCHMARKS.md says how to read it.

    bench.py --gateway BINARY --provider MOCK --load LOAD [--rounds N] [--only NAME,...] [--idle N,...]
"""
import argparse
import functools
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import typing
import urllib.request

import bodies
import certificates
import measure
from measure import load

HERE = pathlib.Path(__file__).parent
TOKENS = 64


class Work(typing.NamedTuple):
    name: str
    what: str
    request: str
    load: list
    unit: str
    """What is counted: "ok", requests, or "tokens", frames."""
    budget: float | None
    """As a multiple of nginx; None where there is none."""
    gateway: str = "logged"
    """One of GATEWAYS."""
    pace: int = 0
    """Milliseconds between frames."""
    relay: str = ""
    """The row whose nginx this is held against, where nginx cannot do the same."""


SMALL = ["--mode", "unary", "--conns", 64]
LARGE = ["--mode", "unary", "--conns", 32]
BURST = ["--conns", 64]
PACED = ["--conns", 512, "--rate", 100]
WORK = [
    Work("small", "relay, 200 B request", "small", SMALL, "ok", 1.9),
    Work("large", "relay, 100 KiB request", "large", LARGE, "ok", 1.3),
    Work("large-escaped", "relay, 100 KiB request, a tenth of it escapes", "large-escaped", LARGE, "ok", 1.3),
    Work("burst", "relayed stream, per frame, full speed", "stream", BURST, "tokens", 0.9),
    Work("paced", "relayed stream, per frame, 20 ms apart", "stream", PACED, "tokens", 1.25, pace=20),
    # nginx cannot translate: what is translated is held against its relay of the same work.
    Work("conv", "OpenAI to Anthropic, 200 B request", "conv-small", SMALL, "ok", 2.5, relay="small"),
    Work("conv-burst", "OpenAI to Anthropic, stream, per frame", "conv-stream", BURST, "tokens", 2.0, relay="burst"),
    Work("bedrock-burst", "OpenAI to Bedrock, stream, per frame", "bedrock-stream", BURST, "tokens", 2.0, relay="burst"),
    # A kept answer must not cost more than a fetched one: it has the relay's budget.
    Work("cached", "answered from the cache, 200 B request", "small", SMALL, "ok", 1.9, "cached", relay="small"),
    Work("cached-large", "answered from the cache, 100 KiB request", "large", LARGE, "ok", 1.3, "cached", relay="large"),
    Work("cached-stream", "answered from the cache, stream, per frame", "kept-stream", BURST, "tokens", 0.9, "cached",
         relay="burst"),
    # nginx speaks HTTP/1.1 to providers.
    Work("tls-small", "relay over TLS, 200 B request", "small", SMALL, "ok", None, "tls"),
    Work("tls-large", "relay over TLS, 100 KiB request", "large", LARGE, "ok", None, "tls"),
    Work("tls-burst", "relayed stream over TLS, per frame, full speed", "stream", BURST, "tokens", None, "tls"),
    Work("http2-small", "relay over HTTP/2, 200 B request", "small", SMALL, "ok", None, "http2", relay="tls-small"),
    Work("http2-large", "relay over HTTP/2, 100 KiB request", "large", LARGE, "ok", None, "http2", relay="tls-large"),
    Work("http2-burst", "relayed stream over HTTP/2, per frame, full speed", "stream", BURST, "tokens", None, "http2",
         relay="tls-burst"),
]
OTHER_ROWS = ["recording", "latency", "memory", "start"]
# Files of a configuration, joined. The request log is on in all but one, metrics in all.
GATEWAYS = {
    "logged": ["gateway.toml", "recording.toml"],
    "unlogged": ["gateway.toml"],
    "traced": ["gateway.toml", "recording.toml", "tracing.toml"],
    "cached": ["gateway.toml", "recording.toml", "caching.toml"],
    "tls": ["gateway.toml", "recording.toml"],
    "http2": ["gateway.toml", "recording.toml"],
}
# What a gateway has yet to do when its last answer is sent is its cost, too: a batch of the log is written within 100 ms.
SETTLING_SECONDS = 0.25


class Bench:
    """The processes of a run, each started when it is first asked for."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.files = measure.open_files()
        self.processes = []
        self.named = {}
        self.noise = []
        port = measure.free_port()
        self.provider = self.start(
            [options.provider, "--port", str(port), "--tokens", str(TOKENS), "--max-seconds", "600"], measure.OTHERS, port)
        self.nginx_binary = shutil.which("nginx") or "/usr/sbin/nginx"

    def gateway(self, kind):
        if kind not in self.named:
            self.named[kind] = self.another_gateway(kind)
        return self.named[kind]

    def nginx(self, kind):
        """The one that relays to the same provider as the gateway."""
        name = "nginx-tls" if kind == "tls" else "nginx"
        if name not in self.named:
            config, port = self.fill(["nginx.conf"], "tls" if kind == "tls" else "logged")
            self.named[name] = self.start([self.nginx_binary, "-c", config], measure.MEASURED, port)
        return self.named[name]

    def another_gateway(self, kind):
        """One that the caller ends, or nobody before the end of the run."""
        config, port = self.fill(GATEWAYS[kind], kind)
        environment = {"SSL_CERT_FILE": str(self.authority)} if kind in ("tls", "http2") else {}
        return self.start([self.options.gateway, "start", "--config", config], measure.MEASURED, port, environment)

    @functools.cached_property
    def authority(self):
        return certificates.make(self.folder)

    @functools.cached_property
    def provider_tls(self):
        """The ports of the same provider over TLS, by the kind of gateway: nginx ends TLS before it, on the provider's core."""
        ports = {"tls": measure.free_port(), "http2": measure.free_port()}
        assert self.authority
        fills = {"HTTP1": ports["tls"], "HTTP2": ports["http2"]}
        config, port = self.fill(["provider_tls.conf"], "logged", fills)
        self.start([self.nginx_binary, "-c", config], measure.OTHERS, port)
        return ports

    def fill(self, names, kind, more=None):
        """The files joined, as a file of its own, and the port that is in it."""
        is_tls = kind in ("tls", "http2")
        provider = self.provider_tls[kind] if is_tls else self.provider.port
        port = measure.free_port()
        fills = {
            "PORT": port, "SCHEME": "https" if is_tls else "http", "PROVIDER": f"127.0.0.1:{provider}",
            "FOLDER": self.folder, "FILES": self.files, "AUTHORITY": self.authority if is_tls else "/dev/null", **(more or {})}
        text = "\n".join((HERE / name).read_text() for name in names)
        for key, value in fills.items():
            text = text.replace(f"@{key}@", str(value))
        path = self.folder / f"{port}-{names[0]}"
        path.write_text(text)
        return str(path), port

    def start(self, command, core, port, environment=None):
        process = measure.Process(command, core, port, self.folder / "output.log", environment)
        self.processes.append(process)
        process.wait_until_healthy()
        return process

    def stop(self, process):
        process.end()
        self.processes.remove(process)

    def end(self):
        for process in reversed(self.processes):
            process.end()

    def pace(self, milliseconds):
        url = f"http://127.0.0.1:{self.provider.port}/__config?interval_ms={milliseconds}"
        urllib.request.urlopen(url, timeout=5).close()

    def request(self, name):
        return self.folder / f"{name}.json"

    def cost(self, target, work):
        """CPU in microseconds per request or frame."""
        options = list(work.load)
        if work.unit == "tokens":
            options += ["--mode", "stream", "--expect-tokens", TOKENS]
        before = target.cpu_seconds()
        result = load(self.options.load, target.port, self.request(work.request), "--seconds", 1.5, *options)
        time.sleep(SETTLING_SECONDS)
        spent = target.cpu_seconds() - before
        self.noise.append(os.getloadavg()[0])
        if result["errors"] or not result[work.unit]:
            raise RuntimeError(f"{work.name}: {result['errors']} errors, the first: {result['first_error']}")
        return spent / result[work.unit] * 1e6

    def costs(self, work, *targets):
        """All in turn, so that what disturbs the machine disturbs all: the median of each."""
        self.pace(work.pace)
        rounds = [[self.cost(target, work) for target in targets] for _ in range(self.options.rounds)]
        return [statistics.median(each) for each in zip(*rounds)]

    def recording(self):
        """CPU in us per small request with the log, without it, and with traces as well; and the CPU in ms that one scrape of
        metrics takes, with those of 200 models."""
        gateways = [self.gateway(kind) for kind in ("logged", "unlogged", "traced")]
        costs = self.costs(WORK[0], *gateways)
        # Of one that no other row has shown a model: those beyond 200 are counted as one.
        return costs, self.scrape(gateways[1])

    def check_logs(self):
        """Every request of the loads is in the databases."""
        time.sleep(SETTLING_SECONDS)
        for kind, gateway in self.named.items():
            if kind in GATEWAYS and kind != "unlogged":
                self.check_log(kind, gateway)

    @staticmethod
    def check_log(kind, gateway):
        with urllib.request.urlopen(f"http://127.0.0.1:{gateway.port}/metrics", timeout=5) as answer:
            lines = [line.split() for line in answer.read().decode().splitlines() if line[:1] != "#"]
        values = {line[0]: float(line[1]) for line in lines if len(line) == 2}
        names = ("requests_total", "request_log_written_total", "request_log_lost_total")
        asked, written, lost = (values[f"llm_gateway_{name}"] for name in names)
        if lost or written < asked:
            raise RuntimeError(f"of {asked:.0f} requests {written:.0f} were logged and {lost:.0f} lost")
        print(f"  {kind}: {written:,.0f} requests logged, none lost", file=sys.stderr)

    @staticmethod
    def scrape(gateway, scrapes=50):
        for number in range(199):
            body = b'{"model":"gpt-%d","messages":[{"role":"user","content":"hi"}]}' % number
            request = urllib.request.Request(
                f"http://127.0.0.1:{gateway.port}/v1/chat/completions", body,
                {"Authorization": "Bearer sk-bench", "Content-Type": "application/json"})
            urllib.request.urlopen(request, timeout=5).close()
        time.sleep(1.5)  # what is queued is written, so that only the scrapes are measured
        before = gateway.cpu_seconds()
        for _ in range(scrapes):
            with urllib.request.urlopen(f"http://127.0.0.1:{gateway.port}/metrics", timeout=5) as answer:
                assert b"gpt-198" in answer.read()
        return (gateway.cpu_seconds() - before) / scrapes * 1e3

    def latency(self):
        """p50 and p99 in ms at 1,000 requests a second: nginx's and the gateway's."""
        self.pace(0)
        options = [*SMALL, "--rate", 1000, "--warmup", 0.3, "--seconds", 2]
        rounds = []
        for _ in range(self.options.rounds):
            rounds.append([
                load(self.options.load, target.port, self.request("small"), *options)["latency_ms"]
                for target in (self.nginx("logged"), self.gateway("logged"))])
        return [[min(each[target][p] for each in rounds) for p in ("p50", "p99")] for target in (0, 1)]

    def idle(self, count):
        """Streams held and the gateway's resident bytes while it holds them, in a process of its own."""
        count = min(count, (self.files - 200) // 2)
        self.pace(60_000)
        gateway = self.another_gateway("logged")
        command = [
            self.options.load, "--port", str(gateway.port), "--body", str(self.request("stream")), *measure.KEY,
            "--conns", str(count), "--hold", "1.5"]
        holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            held = int((holder.stdout.readline() or "HELD 0").split()[1])
            time.sleep(0.5)
            return held, gateway.resident_bytes()
        finally:
            holder.kill()
            holder.wait()
            self.stop(gateway)
            self.pace(0)

    def start_up(self):
        """Milliseconds from exec to the first healthy answer: the best of five."""
        times = []
        for _ in range(5):
            config, port = self.fill(GATEWAYS["logged"], "logged")
            began = time.monotonic()
            process = self.start([self.options.gateway, "start", "--config", config], measure.MEASURED, port)
            times.append((time.monotonic() - began) * 1000)
            self.stop(process)
        return min(times)

    def stripped_size(self):
        copy = self.folder / "stripped"
        subprocess.run(["strip", "-o", copy, self.options.gateway], check=True)
        return copy.stat().st_size


class Table:
    def __init__(self):
        self.rows = [("what", "nginx", "gateway", "ratio", "budget", "")]

    def add(self, what, nginx, ours, ratio, budget, holds):
        self.rows.append((what, nginx, ours, ratio, budget, {True: "ok", False: "over", None: ""}[holds]))
        print(f"  {what}: {ours} {self.rows[-1][-1]}", file=sys.stderr)

    def text(self):
        widths = [max(len(row[column]) for row in self.rows) for column in range(6)]
        lines = []
        for row in self.rows:
            cells = [row[0].ljust(widths[0])] + [row[i].rjust(widths[i]) for i in range(1, 5)] + [row[5]]
            lines.append("  ".join(cells).rstrip())
        lines.insert(1, "-" * len(lines[0]))
        return "\n".join(lines)


def run(bench, options):
    table, nginx = Table(), {}
    wanted = options.only.split(",") if options.only else None
    for work in WORK:
        if wanted and work.name not in wanted and work.name not in [row.relay for row in WORK if row.name in wanted]:
            continue
        gateway = bench.gateway(work.gateway)
        if work.relay:
            theirs, (ours,) = nginx[work.relay], bench.costs(work, gateway)
        else:
            theirs, ours = bench.costs(work, bench.nginx(work.gateway), gateway)
        nginx[work.name] = theirs
        ratio = ours / theirs
        budget, holds = ("", None) if work.budget is None else (f"{work.budget:g}x", ratio <= work.budget)
        table.add(f"CPU: {work.what}", f"{theirs:.2f} us", f"{ours:.2f} us", f"{ratio:.2f}x", budget, holds)
    if not wanted or "recording" in wanted:
        (logged, unlogged, traced), scrape = bench.recording()
        table.add("CPU: the request log, per request", "", f"{logged - unlogged:.2f} us", "", "", None)
        table.add("CPU: traces of every request, per request", "", f"{traced - logged:.2f} us", "", "", None)
        # A hundredth of a core when it is asked for every second.
        table.add("CPU: a scrape of the metrics of 200 models", "", f"{scrape:.2f} ms", "", "10 ms", scrape <= 10)
    if not wanted or "latency" in wanted:
        theirs, ours = bench.latency()
        for label, index, budget in (("p50", 0, 0.05), ("p99", 1, 0.5)):
            added = ours[index] - theirs[index]
            table.add(f"latency {label} at 1,000 requests/s, added", f"{theirs[index]:.3f} ms",
                      f"{ours[index]:.3f} ms", f"{added:+.3f} ms", f"{budget:g} ms", added <= budget)
    if not wanted or "memory" in wanted:
        for count in options.idle:
            held, size = bench.idle(count)
            # Below 10,000 streams the budget is that of 10,000: there is no other.
            table.add(f"memory, {held:,} idle streams", "", f"{size / 1e6:.0f} MB", f"{size / max(held, 1) / 1e3:.1f} kB each",
                      "250 MB", size <= 250e6)
    if not wanted or "start" in wanted:
        milliseconds = bench.start_up()
        table.add("start to first healthy answer", "", f"{milliseconds:.0f} ms", "", "50 ms", milliseconds <= 50)
        size = bench.stripped_size()
        table.add("stripped binary", "", f"{size / 1e6:.1f} MB", "", "20 MB", size <= 20e6)
    bench.check_logs()
    return table


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--gateway", required=True)
    arguments.add_argument("--provider", required=True)
    arguments.add_argument("--load", required=True)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only", help=f"of: {' '.join([*(row.name for row in WORK), *OTHER_ROWS])}")
    arguments.add_argument("--idle", type=lambda text: [int(each) for each in text.split(",")], default=[1000, 10000])
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        folder = pathlib.Path(name)
        bodies.write(folder)
        bench = Bench(options, folder)
        try:
            table = run(bench, options)
        finally:
            bench.end()
    print(table.text())
    print(f"\n{len(measure.CORES)} cores; load average while measuring {min(bench.noise or [0]):.1f} to "
          f"{max(bench.noise or [0]):.1f} (about 2 when nothing else runs).")


main()
