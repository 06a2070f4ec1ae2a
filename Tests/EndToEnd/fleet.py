"""What several gateways stand on: a real Redis server between them and a real nginx before them, each on a free port."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from gateway import Gateway
from raw import key_header, request

START_LIMIT = 10.0
NGINX_FILE = Path(__file__).parents[2] / "docs/deployment/nginx.conf"
NGINX_FRAME = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/gateways.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def program(name: str) -> str:
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise RuntimeError(f"{name} is needed: scripts/test-servers.sh installs it")
    return path


def is_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Server:
    """A program that listens on a port, and can be treated as machines treat theirs."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.command, self.port, self.log = command, port, log
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_LIMIT
        while not is_open(self.port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.command[0]} did not start:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.01)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def end(self) -> None:
        if self.process.poll() is None:
            self.go_on()
            self.kill()


class Redis(Server):
    """Keeps nothing on disk: one that was killed comes back empty."""

    def __init__(self, folder: Path, *options: str, password: str = "", tls: list[str] | None = None) -> None:
        port = free_port()
        listen = ["--port", "0", "--tls-port", str(port), *tls] if tls else ["--port", str(port)]
        command = [program("redis-server"), *listen, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--dir", str(folder), *(["--requirepass", password] if password else []), *options]
        super().__init__(command, port, folder / "redis.log")
        self.url = f"redis{'s' if tls else ''}://{f':{password}@' if password else ''}127.0.0.1:{port}/0"

    def restart_slowly(self) -> None:
        """Starts it anew with data that it is loading, and says so, until `finish_loading`."""
        self.ask("eval", "for i = 1, 20000 do redis.call('set', 'filler' .. i, i) end", "0")
        self.ask("save")
        self.kill()
        self.command += ["--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024"]
        self.start()

    def finish_loading(self) -> None:
        self.ask("config", "set", "key-load-delay", "0")

    def ask(self, *words: str) -> str:
        command = [program("redis-cli"), "-p", str(self.port), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()


class NginxProcess(Server):
    def __init__(self, folder: Path, config: Path, port: int) -> None:
        super().__init__([program("nginx"), "-e", str(folder / "nginx.log"), "-c", str(config)], port, folder / "nginx.out")

    def end(self) -> None:
        if self.process.poll() is None:
            # Its worker ends with it only when it is asked.
            self.process.terminate()
            self.process.wait(10)


class Nginx(NginxProcess):
    """The documented set-up, with the ports of the test in place of its own."""

    def __init__(self, folder: Path, gateways: list[Gateway]) -> None:
        port = free_port()
        text = NGINX_FILE.read_text()
        for before, after in [("127.0.0.1:8081", f"127.0.0.1:{gateways[0].port}"),
                              ("127.0.0.1:8082", f"127.0.0.1:{gateways[1].port}"),
                              ("listen 8080;", f"listen 127.0.0.1:{port};")]:
            assert before in text
            text = text.replace(before, after)
        (folder / "gateways.conf").write_text(text)
        frame = folder / "nginx.conf"
        frame.write_text(NGINX_FRAME.format(folder=folder))
        super().__init__(folder, frame, port)
        self.url = f"http://127.0.0.1:{port}"

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Its workers stand still; what comes meanwhile they find all at once."""
        workers = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for worker in workers:
            os.kill(int(worker), signal.SIGSTOP)
        try:
            yield
        finally:
            for worker in workers:
                os.kill(int(worker), signal.SIGCONT)


@contextlib.contextmanager
def redis(folder: Path, *options: str, password: str = "", tls: list[str] | None = None) -> Iterator[Redis]:
    server = Redis(folder, *options, password=password, tls=tls)
    try:
        yield server
    finally:
        server.end()


@contextlib.contextmanager
def nginx(folder: Path, gateways: list[Gateway]) -> Iterator[Nginx]:
    server = Nginx(folder, gateways)
    try:
        yield server
    finally:
        server.end()


@contextlib.contextmanager
def gateways(folder: Path, config: str, count: int = 2, drain: float | None = 0.05) -> Iterator[list[Gateway]]:
    """So many gateways with the same configuration, which have found what they share."""
    with contextlib.ExitStack() as stack:
        fleet = []
        for number in range(count):
            place = folder / f"gateway-{number}"
            place.mkdir()
            (place / "config.toml").write_text(config)
            fleet.append(stack.enter_context(Gateway(place, place / "config.toml", drain=drain)))
        yield fleet


def readiness(gateway: Gateway) -> dict[str, str]:
    reply = request(gateway.url, "GET", "/health/ready")
    assert reply.status == 200, reply.body
    return reply.json["checks"]


def status(gateway: Gateway) -> dict:
    return request(gateway.url, "GET", "/api/v1/providers/status", headers=key_header("openai")).json


def events(gateway: Gateway, name: str) -> int:
    """How often the log tells of it."""
    return gateway.output().count(name)
