"""A disk that is full or read-only fails no request, is told wherever operators look, and everything is written afterwards."""

import contextlib
import json
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway import Gateway
from raw import ask, request, wait_for
from records import observability, rows

CONFIG = '[server]\nhost = "127.0.0.1"\nport = 0\nlog_format = "json"\nlog_level = "warn"\n\n[metrics]\nenabled = true\n\n[[providers.demo]]\nname = "demo"\n'
# The longest pause between two attempts to write is fifteen seconds.
RECOVERY_LIMIT = 40
REQUESTS = 30
# More than the log has, and less than the database and its log have from the start.
FILE_LIMIT = 65_536
# In namespaces of their own everybody may mount, where the system lets them have such.
NAMESPACES = (("unshare", "--user", "--map-root-user", "--mount"), ("unshare", "--mount"))


def namespace() -> tuple[str, ...] | None:
    for words in NAMESPACES:
        if subprocess.run([*words, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode == 0:
            return words
    return None


def configuration(folder: Path) -> Path:
    """The database has a folder of its own."""
    path = folder / "config.toml"
    path.write_text(CONFIG + observability(folder).replace(str(folder), str(folder / "disk")))
    (folder / "disk").mkdir(exist_ok=True)
    return path


def mounted(folder: Path, script: str) -> Gateway:
    """A gateway that sees a small file system where its database is; the script runs once that is there."""
    words = namespace()
    if words is None:
        pytest.skip("nothing can be mounted here; the test of a limited file runs everywhere")
    disk = folder / "disk"
    mount = f'mount -t tmpfs -o size=4m tmpfs "{disk}" && {script} && exec "$@"'
    return Gateway(folder, configuration(folder), wrapper=(*words, "sh", "-c", mount, "sh"))


def disk_of(gateway: Gateway) -> Path:
    """The gateway's own view of it."""
    return Path(f"/proc/{gateway.process.pid}/root{gateway.folder}/disk")


def fill(disk: Path) -> None:
    with pytest.raises(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        for size in (4096, 1):
            while True:
                try:
                    filler.write(b"x" * size)
                except OSError:
                    if size == 1:
                        raise
                    break


def answers(gateway: Gateway) -> list[str]:
    """No request fails; their identifiers."""
    replies = [ask(gateway.url, "openai", "demo/echo", "hi", stream=n % 2 == 0) for n in range(REQUESTS)]
    assert [reply.status for reply in replies] == [200] * REQUESTS
    return [reply.headers["x-request-id"] for reply in replies]


def ask_until_failing(gateway: Gateway, identifiers: list[str]) -> None:
    """What the files have room for already is used up first."""

    def is_failing() -> bool:
        identifiers.extend(answers(gateway))
        return metric(gateway, "llm_gateway_request_log_working") == 0

    wait_for(is_failing, 60)
    identifiers += answers(gateway)


def metric(gateway: Gateway, name: str) -> float:
    lines = request(gateway.url, "GET", "/metrics").body.decode().splitlines()
    return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])


def check_that_it_is_told(gateway: Gateway, kind: str) -> None:
    def is_failing() -> bool:
        return metric(gateway, "llm_gateway_request_log_working") == 0

    wait_for(is_failing, 10)
    for path in ("/ready", "/health/ready"):
        ready = request(gateway.url, "GET", path)
        # Sending requests to another gateway would not help the disk.
        assert ready.status == 200 and f"failing: {kind}" in ready.body.decode(), ready.body
    assert metric(gateway, "llm_gateway_request_log_failures_total") >= 1
    assert metric(gateway, "llm_gateway_request_log_queue_length") >= REQUESTS
    assert metric(gateway, "llm_gateway_request_log_lost_total") == 0
    (told,) = [line for line in log(gateway) if line["event"] == "request_log_failing"]
    assert told["level"] == "error" and told["error"] == kind and told["message"]


def log(gateway: Gateway) -> list[dict]:
    lines = [line for line in gateway.output().splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


@contextlib.contextmanager
def immutable(*files: Path) -> Iterator[None]:
    """Nobody writes them, not even root, and not even who has them open already: that is how ext4 takes `chattr +i`."""
    probe = files[0].with_name("probe")
    with probe.open("wb", buffering=0) as opened:
        try:
            change_flag("+i", probe)
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no file can be made read-only under its writer here: {error}")
        try:
            opened.write(b"x")
            is_refused = False
        except OSError:
            is_refused = True
        finally:
            change_flag("-i", probe)
    probe.unlink()
    if not is_refused:
        pytest.skip("this file system goes on writing to files that turned read-only while they were open")
    change_flag("+i", *files)
    try:
        yield
    finally:
        change_flag("-i", *files)


def change_flag(flag: str, *files: Path) -> None:
    subprocess.run(["chattr", flag, *map(str, files)], check=True, capture_output=True)


def check_that_it_recovers(gateway: Gateway, identifiers: list[str], database: Callable[[str], list[dict]]) -> None:
    wait_for(lambda: metric(gateway, "llm_gateway_request_log_working") == 1, RECOVERY_LIMIT)
    wait_for(lambda: metric(gateway, "llm_gateway_request_log_queue_length") == 0, 10)
    identifiers += answers(gateway)
    wait_for(lambda: metric(gateway, "llm_gateway_request_log_queue_length") == 0, 10)
    written = [row["request_id"] for row in database("SELECT request_id FROM requests ORDER BY id")]
    assert written[-len(identifiers) :] == identifiers
    assert metric(gateway, "llm_gateway_request_log_lost_total") == 0
    assert "failing" not in request(gateway.url, "GET", "/ready").body.decode()
    assert any(line["event"] == "request_log_recovered" for line in log(gateway))


def reader(disk: Path, gateway: Gateway) -> Callable[[str], list[dict]]:
    """Reads a copy: SQLite does not find its way through another process's view of the file system."""

    def read(query: str) -> list[dict]:
        copy = gateway.folder / "copy"
        shutil.copytree(disk, copy, ignore=shutil.ignore_patterns("*-shm"), dirs_exist_ok=True)
        return rows(gateway, query, folder=copy)

    return read


def test_a_disk_that_runs_full_fails_no_request(tmp_path: Path) -> None:
    with mounted(tmp_path, "true") as gateway:
        disk = disk_of(gateway)
        identifiers = answers(gateway)
        wait_for(lambda: metric(gateway, "llm_gateway_request_log_written_total") == REQUESTS, 10)
        fill(disk)
        ask_until_failing(gateway, identifiers)
        check_that_it_is_told(gateway, "disk_full")
        (disk / "filler").unlink()
        check_that_it_recovers(gateway, identifiers, reader(disk, gateway))


def test_a_gateway_starts_on_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mounted(tmp_path, f'(head -c 64m /dev/zero > "{disk}/filler" 2>/dev/null || true)') as gateway:
        identifiers = answers(gateway)
        check_that_it_is_told(gateway, "disk_full")
        (disk_of(gateway) / "filler").unlink()
        check_that_it_recovers(gateway, identifiers, reader(disk_of(gateway), gateway))


def test_a_read_only_file_fails_no_request(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    script = f'cp "{tmp_path}"/made.db "{disk}/observability.db" && mount -o remount,ro "{disk}"'
    made = tmp_path / "made"
    made.mkdir()
    with Gateway(made, configuration(made)) as gateway:
        earlier = answers(gateway)
    (made / "disk" / "observability.db").rename(tmp_path / "made.db")
    with mounted(tmp_path, script) as gateway:
        identifiers = answers(gateway)
        check_that_it_is_told(gateway, "read_only")
        enter = ["nsenter", "--target", str(gateway.process.pid), "--user", "--preserve-credentials", "--mount"]
        if subprocess.run([*enter, "mount", "-o", "remount,rw", str(disk)], capture_output=True).returncode != 0:
            enter.remove("--user")
            subprocess.run([*enter, "mount", "-o", "remount,rw", str(disk)], check=True, capture_output=True)
        check_that_it_recovers(gateway, earlier + identifiers, reader(disk_of(gateway), gateway))


def test_a_file_that_turns_read_only_while_it_is_open_fails_no_request(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with Gateway(tmp_path, configuration(tmp_path)) as gateway:
        identifiers = answers(gateway)
        wait_for(lambda: metric(gateway, "llm_gateway_request_log_written_total") == REQUESTS, 10)
        with immutable(disk / "observability.db", disk / "observability.db-wal"):
            identifiers += answers(gateway)
            check_that_it_is_told(gateway, "read_only")
        check_that_it_recovers(gateway, identifiers, reader(disk, gateway))


def test_a_folder_that_turns_read_only_stops_no_log_that_is_open(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with Gateway(tmp_path, configuration(tmp_path)) as gateway:
        identifiers = answers(gateway)
        wait_for(lambda: metric(gateway, "llm_gateway_request_log_written_total") == REQUESTS, 10)
        with immutable(disk / "observability.db"):
            pass
        change_flag("+i", disk)
        try:
            identifiers += answers(gateway)
            wait_for(lambda: metric(gateway, "llm_gateway_request_log_written_total") == 2 * REQUESTS, 10)
            assert metric(gateway, "llm_gateway_request_log_working") == 1
        finally:
            change_flag("-i", disk)
        written = [row["request_id"] for row in reader(disk, gateway)("SELECT request_id FROM requests ORDER BY id")]
        assert written == identifiers and not log(gateway)


def test_a_file_that_may_not_grow_fails_no_request(tmp_path: Path) -> None:
    """As `ulimit -f` and quotas have it; this needs nothing of the system."""
    with Gateway(tmp_path, configuration(tmp_path)) as gateway:
        identifiers = answers(gateway)
        wait_for(lambda: metric(gateway, "llm_gateway_request_log_written_total") == REQUESTS, 10)
        _, hard = resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (FILE_LIMIT, hard))
        ask_until_failing(gateway, identifiers)
        check_that_it_is_told(gateway, "io_error")
        resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        check_that_it_recovers(gateway, identifiers, reader(tmp_path / "disk", gateway))
