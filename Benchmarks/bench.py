#!/usr/bin/env python3
"""Measures the gateway beside nginx in one run and prints one table. docs/BENCHMARKS.md says how to read it.

    bench.py --gateway BINARY --provider MOCK --load LOAD [--rounds N] [--only NAME,...] [--idle N,...]
"""
import argparse
import os
import pathlib
import statistics
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import measure
from measure import Process, load

HERE = pathlib.Path(__file__).parent
TOKENS = 64

# name, what it is, request, options of the load, pace of the provider in ms, unit, budget as a multiple of nginx
WORK = [
    ("small", "relay, 200 B request", "small", ["--mode", "unary", "--conns", 64], 0, "ok", 1.9),
    ("large", "relay, 100 KiB request", "large", ["--mode", "unary", "--conns", 32], 0, "ok", 1.3),
    ("burst", "relayed stream, per frame, full speed", "stream", ["--conns", 64], 0, "tokens", 0.9),
    ("paced", "relayed stream, per frame, 20 ms apart", "stream", ["--conns", 512, "--rate", 100], 20, "tokens", 1.25),
    ("conv", "OpenAI to Anthropic, 200 B request", "conv-small", ["--mode", "unary", "--conns", 64], 0, "ok", 2.5),
    ("conv-burst", "OpenAI to Anthropic, stream, per frame", "conv-stream", ["--conns", 64], 0, "tokens", 2.0),
    ("bedrock-burst", "OpenAI to Bedrock, stream, per frame", "bedrock-stream", ["--conns", 64], 0, "tokens", 2.0),
    ("cached", "answered from the cache, 200 B request", "small", ["--mode", "unary", "--conns", 64], 0, "ok", 1.9),
    ("cached-large", "answered from the cache, 100 KiB request", "large", ["--mode", "unary", "--conns", 32], 0, "ok", 1.3),
    ("cached-stream", "answered from the cache, stream, per frame", "kept-stream", ["--conns", 64], 0, "tokens", 0.9),
]
# nginx cannot translate: what is translated is held against its relay of the same work.
RELAY_OF = {"conv": "small", "conv-burst": "burst", "bedrock-burst": "burst"}
# A kept answer must not cost more than a fetched one: it is held against nginx's relay, and has the relay's budget.
RELAY_OF |= {"cached": "small", "cached-large": "large", "cached-stream": "burst"}


def bodies(folder):
    """Requests as files."""
    def write(name, model, text, stream=False):
        tail = ',"stream":true}' if stream else "}"
        (folder / f"{name}.json").write_text(
            '{"model":"%s","messages":[{"role":"system","content":"You are a helpful assistant."},'
            '{"role":"user","content":"%s"}],"max_tokens":128%s' % (model, text, tail))
    question = "What is the capital of France, and why? What is the cap"
    paragraph = "Turn the page, said the \\\"reader\\\", and the path was C:\\\\tmp\\n\\n- one\\n- two \\u00e9t\\u00e9 "
    write("small", "gpt-4o-mini", question)
    write("large", "gpt-4o-mini", paragraph * (100 * 1024 // len(paragraph)))
    write("stream", "gpt-4o-mini", question, stream=True)
    # Another question than that of "small", whose whole answer would be given as a stream of one frame.
    write("kept-stream", "gpt-4o-mini", question[:-1] + "?", stream=True)
    write("conv-small", "claude-sonnet-4", question)
    write("conv-stream", "claude-sonnet-4", question, stream=True)
    write("bedrock-stream", "amazon.nova-pro-v1:0", question, stream=True)


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.files = measure.open_files()
        self.processes = []
        self.provider = self.start(
            [options.provider, "--port", "@PORT@", "--tokens", str(TOKENS), "--max-seconds", "400"], measure.OTHERS)
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.nginx = self.start([nginx, "-c", self.fill("nginx.conf")], measure.MEASURED)
        self.gateway = self.start([options.gateway, "start", "--config", self.fill("gateway.toml")], measure.MEASURED)
        self.caching = None
        self.noise = []

    def gateway_for(self, name):
        """The one with the response cache is another process: without it requests take not one step more."""
        if not name.startswith("cached"):
            return self.gateway
        if self.caching is None:
            path = pathlib.Path(self.fill("gateway.toml"))
            config = path.with_name("gateway-cached.toml")
            config.write_text(path.read_text() + "\n[cache]\n")
            self.caching = self.start([self.options.gateway, "start", "--config", str(config)], measure.MEASURED)
        return self.caching

    def fill(self, *names):
        """The files joined, as a file of the first one's name."""
        self.port = measure.free_port()
        text = "\n".join((HERE / name).read_text() for name in names)
        fills = {"PORT": self.port, "PROVIDER": self.provider.port, "FOLDER": self.folder, "FILES": self.files}
        for key, value in fills.items():
            text = text.replace(f"@{key}@", str(value))
        path = self.folder / names[0]
        path.write_text(text)
        return str(path)

    def start(self, command, core):
        if "@PORT@" in command:
            self.port = measure.free_port()
            command = [str(self.port) if word == "@PORT@" else word for word in command]
        process = Process(command, core, self.port, self.folder / "output.log")
        self.processes.append(process)
        process.wait_until_healthy()
        return process

    def end(self):
        for process in reversed(self.processes):
            process.end()

    def pace(self, milliseconds):
        url = f"http://127.0.0.1:{self.provider.port}/__config?interval_ms={milliseconds}"
        urllib.request.urlopen(url, timeout=5).close()

    def request(self, name):
        return self.folder / f"{name}.json"

    def cost(self, target, request, options, unit):
        """CPU in microseconds per request or frame."""
        if unit == "tokens":
            options = [*options, "--mode", "stream", "--expect-tokens", TOKENS]
        before = target.cpu_seconds()
        result = load(self.options.load, target.port, self.request(request), "--seconds", 1.5, *options)
        spent = target.cpu_seconds() - before
        self.noise.append(os.getloadavg()[0])
        if result["errors"] or not result[unit]:
            raise RuntimeError(f"{result['errors']} errors, the first: {result['first_error']}")
        return spent / result[unit] * 1e6

    def work(self, name, request, options, pace, unit):
        """Both in turn, so that what disturbs the machine disturbs both: (nginx, gateway), or the gateway alone."""
        self.pace(pace)
        gateway = self.gateway_for(name)
        pairs = []
        for _ in range(self.options.rounds):
            nginx = None if name in RELAY_OF else self.cost(self.nginx, request, options, unit)
            pairs.append((nginx, self.cost(gateway, request, options, unit)))
        ours = statistics.median(pair[1] for pair in pairs)
        return (None if name in RELAY_OF else statistics.median(pair[0] for pair in pairs)), ours

    def recording(self):
        """CPU in us per small request: nginx's, the gateway's, that of one that keeps the log, and of one that also traces;
        and the CPU in ms that one scrape of metrics takes, with those of 200 models."""
        self.pace(0)
        recorder, tracer = gateways = [
            self.start([self.options.gateway, "start", "--config", self.fill("gateway.toml", *more)], measure.MEASURED)
            for more in (["recording.toml"], ["recording.toml", "tracing.toml"])]
        options = ["--mode", "unary", "--conns", 64]
        rounds = []
        try:
            for _ in range(self.options.rounds):
                each_of = (self.nginx, self.gateway, recorder, tracer)
                rounds.append([self.cost(each, "small", options, "ok") for each in each_of])
            scrape = self.scrape(recorder)
            for each in gateways:
                self.check_log(each)
        finally:
            for each in gateways:
                each.end()
                self.processes.remove(each)
        return [statistics.median(each[place] for each in rounds) for place in range(4)], scrape

    @staticmethod
    def check_log(gateway):
        """Every request of the load is in the database."""
        with urllib.request.urlopen(f"http://127.0.0.1:{gateway.port}/metrics", timeout=5) as answer:
            lines = [line.split() for line in answer.read().decode().splitlines() if line[:1] != "#"]
        values = {line[0]: float(line[1]) for line in lines if len(line) == 2}
        names = ("requests_total", "request_log_written_total", "request_log_lost_total")
        asked, written, lost = (values[f"llm_gateway_{name}"] for name in names)
        if lost or written < asked:
            raise RuntimeError(f"of {asked:.0f} requests {written:.0f} were logged and {lost:.0f} lost")
        print(f"  {written:,.0f} requests logged, none lost", file=sys.stderr)

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
        options = ["--mode", "unary", "--conns", 64, "--rate", 1000, "--warmup", 0.3, "--seconds", 2]
        rounds = []
        for _ in range(self.options.rounds):
            rounds.append([
                load(self.options.load, target.port, self.request("small"), *options)["latency_ms"]
                for target in (self.nginx, self.gateway)])
        return [[min(each[target][p] for each in rounds) for p in ("p50", "p99")] for target in (0, 1)]

    def idle(self, count):
        """Streams held and the gateway's resident bytes while it holds them, in a process of its own."""
        count = min(count, (self.files - 200) // 2)
        self.pace(60_000)
        gateway = self.start(
            [self.options.gateway, "start", "--config", self.fill("gateway.toml")], measure.MEASURED)
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
            gateway.end()
            self.processes.remove(gateway)
            self.pace(0)

    def start_up(self):
        """Milliseconds from exec to the first healthy answer: the best of five."""
        times = []
        for _ in range(5):
            config = self.fill("gateway.toml")
            began = time.monotonic()
            process = self.start([self.options.gateway, "start", "--config", config], measure.MEASURED)
            times.append((time.monotonic() - began) * 1000)
            process.end()
            self.processes.remove(process)
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
    table, nginx_cost = Table(), {}
    wanted = options.only.split(",") if options.only else None
    for name, what, request, load_options, pace, unit, budget in WORK:
        if wanted and name not in wanted and name not in [RELAY_OF.get(each) for each in wanted]:
            continue
        nginx, ours = bench.work(name, request, load_options, pace, unit)
        nginx_cost[name] = nginx if nginx is not None else nginx_cost[RELAY_OF[name]]
        ratio = ours / nginx_cost[name]
        table.add(f"CPU: {what}", f"{nginx_cost[name]:.2f} us", f"{ours:.2f} us", f"{ratio:.2f}x", f"{budget:g}x",
                  ratio <= budget)
    if not wanted or "recording" in wanted:
        (nginx, plain, recorded, traced), scrape = bench.recording()
        table.add("CPU: relay, 200 B request, with the request log", f"{nginx:.2f} us", f"{recorded:.2f} us",
                  f"{recorded / nginx:.2f}x", "1.9x", recorded / nginx <= 1.9)
        table.add("CPU: the request log, per request", "", f"{recorded - plain:.2f} us", "", "", None)
        table.add("CPU: traces of every request, per request", "", f"{traced - recorded:.2f} us", "", "", None)
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
    return table


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--gateway", required=True)
    arguments.add_argument("--provider", required=True)
    arguments.add_argument("--load", required=True)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--only", help=f"of: {' '.join(row[0] for row in WORK)} recording latency memory start")
    arguments.add_argument("--idle", type=lambda text: [int(each) for each in text.split(",")], default=[1000, 10000])
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        folder = pathlib.Path(name)
        bodies(folder)
        bench = Bench(options, folder)
        try:
            table = run(bench, options)
        finally:
            bench.end()
    print(table.text())
    print(f"\n{len(measure.CORES)} cores; load average while measuring {min(bench.noise or [0]):.1f} to "
          f"{max(bench.noise or [0]):.1f} (about 2 when nothing else runs).")


main()
