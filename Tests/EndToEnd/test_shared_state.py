"""What two gateways share over a real Redis server: limits, circuits and answers."""

import contextlib
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import MODELS
from fakes.cluster import Fakes
from fleet import Redis, events, gateways, readiness, redis, status
from gateway import KEYS, Gateway, write_config
from raw import Reply, ask, connected, head_and_body, key_header, read_until, request, wait_for

SETTLED = 5.0


def config(fakes: Fakes, folder: Path, shared: Redis | str, more: str = "", patience: int = 2000) -> str:
    """Patient, so that a busy machine is not taken for a server that is away, where counts must be exact."""
    url = shared if isinstance(shared, str) else shared.url
    keys = f'{KEYS.replace("enabled = true", "admin = true")}\n[shared]\nredis = "{url}"\n'
    keys += f"timeout_ms = {patience}\nlease_seconds = 3\n{more}\n"
    return write_config(folder, fakes.urls, keys=keys).read_text()


def is_connected(gateway: Gateway) -> bool:
    return readiness(gateway)["shared_state"] == "ok"


def all_connected(fleet: list[Gateway]) -> None:
    for gateway in fleet:
        wait_for(lambda gateway=gateway: is_connected(gateway), SETTLED)


def say(gateway: Gateway, text: str = "say: here") -> Reply:
    return ask(gateway.url, "openai", MODELS["openai"], text)


def test_a_limit_holds_exactly_across_gateways(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        limits = "[limits.per_key]\nrequests = 30\nwindow_seconds = 36000"
        with gateways(tmp_path, config(fakes, tmp_path, server, limits)) as fleet:
            all_connected(fleet)
            with ThreadPoolExecutor(16) as pool:
                replies = list(pool.map(lambda number: say(fleet[number % 2]), range(100)))
            assert sorted({reply.status for reply in replies}) == [200, 429]
            assert sum(reply.status == 200 for reply in replies) == 30
            refused = next(reply for reply in replies if reply.status == 429)
            assert refused.headers["x-ratelimit-remaining-requests"] == "0" and int(refused.headers["retry-after"]) > 0
            assert fakes.total() == 30
            # Both know of each other, and each restarted one of the limit.
            wait_for(lambda: all(status(one)["shared"][0].get("gateways") == 2 for one in fleet), SETTLED)
        (tmp_path / "again").mkdir()
        with gateways(tmp_path / "again", config(fakes, tmp_path, server, limits), 1) as [third]:
            all_connected([third])
            assert say(third).status == 429


def test_tokens_are_settled_for_all(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        limits = '[limits.providers.openai]\nrequests = 100\nwindow_seconds = 36000\n'
        limits += "[limits.global]\ntokens = 100000\nwindow_seconds = 3600000"
        with gateways(tmp_path, config(fakes, tmp_path, server, limits)) as [first, second]:
            all_connected([first, second])
            left = 100_000
            for number in range(10):
                reply = say((first, second)[number % 2], "usage 50 0 0 20 0")
                assert reply.status == 200
                told = int(reply.headers["x-ratelimit-remaining-tokens"])
                used = reply.json["usage"]["total_tokens"]
                assert left - 2000 <= told < left, "what others had used is taken off, and no more than reserved"
                left -= used
            told = int(say(first).headers["x-ratelimit-remaining-tokens"])
            assert left - 2000 <= told <= left
            assert say(second).headers["x-ratelimit-remaining-requests"] == "88"


def test_places_are_given_back_even_by_a_killed_gateway(fakes: Fakes, tmp_path: Path) -> None:
    """PITFALLS 23: a crash leaves nothing reserved for longer than the lease."""
    with redis(tmp_path) as server:
        limits = "[limits.global]\nconcurrent = 2"
        with contextlib.ExitStack() as stack:
            fleet = stack.enter_context(gateways(tmp_path, config(fakes, tmp_path, server, limits)))
            all_connected(fleet)
            first, second = fleet
            streams = [stack.enter_context(connected(first.url)) for _ in range(2)]
            for stream in streams:
                stream.sendall(head_and_body("openai", MODELS["openai"], "slow 300 100"))
                read_until(stream, b"tick1 ")
            refused = say(second)
            assert refused.status == 429 and "same time" in refused.json["error"]["message"]
            # Held for longer than a lease, since they are renewed; given back at once by a client that leaves.
            time.sleep(4)
            assert say(second).status == 429
            streams[0].close()
            wait_for(lambda: say(second).status == 200, SETTLED)
            stack.enter_context(connected(second.url))
            assert server.ask("zcard", "{llm-gateway}:places:all") == "1"
            os.kill(first.process.pid, signal.SIGKILL)
            first.process.wait()
            first.process.returncode = 0
            wait_for(lambda: say(second).status == 200, 1)
            held = stack.enter_context(connected(second.url))
            held.sendall(head_and_body("openai", MODELS["openai"], "slow 300 100"))
            read_until(held, b"tick1 ")
            took = wait_for(lambda: say(second).status == 200, 5)
            assert took < 4


def test_a_window_refills_evenly_for_all(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        limits = "[limits.global]\nrequests = 20\nwindow_seconds = 2"
        with gateways(tmp_path, config(fakes, tmp_path, server, limits)) as fleet:
            all_connected(fleet)
            began = time.monotonic()
            passed = 0
            with ThreadPoolExecutor(4) as pool:
                while (elapsed := time.monotonic() - began) < 5:
                    passed += sum(reply.status == 200 for reply in pool.map(say, [*fleet, *fleet]))
            # 20 at once, and 10 a second; each of them alone would have let in as many again.
            assert 20 + 0.7 * 10 * elapsed <= passed <= 20 + 10 * (elapsed + 1)


def test_a_gateway_that_stops_gives_back_what_it_held(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        places = "{llm-gateway}:places:all"
        settings = config(fakes, tmp_path, server, "[limits.global]\nconcurrent = 50").replace(
            "lease_seconds = 3", "lease_seconds = 600"
        )
        with gateways(tmp_path, settings, 1) as [gateway], ThreadPoolExecutor(20) as pool:
            all_connected([gateway])
            replies = [
                pool.submit(ask, gateway.url, "openai", MODELS["openai"], f"slow 10 {100 + number}", True)
                for number in range(20)
            ]
            wait_for(lambda: server.ask("zcard", places) == "20", SETTLED)
            gateway.process.send_signal(signal.SIGTERM)
            assert all(reply.result().body.rstrip().endswith(b"[DONE]") for reply in replies)
            gateway.process.wait(10)
            assert server.ask("zcard", places) == "0"


def test_lost_connections_cost_no_request(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        more = '[limits.per_key]\nrequests = 100000\n[cache]\nbackend = "redis"'
        with gateways(tmp_path, config(fakes, tmp_path, server, more, 200)) as fleet:
            all_connected(fleet)
            with ThreadPoolExecutor(8) as pool:
                replies = [pool.submit(say, fleet[number % 2], f"say: {number % 40}") for number in range(600)]
                for _ in range(10):
                    time.sleep(0.1)
                    server.ask("client", "kill", "type", "normal")
                # As one that is too slow.
                server.ask("client", "pause", "1000", "all")
                assert {reply.result().status for reply in replies} == {200}
            for one in fleet:
                wait_for(lambda one=one: is_connected(one), 12)
                assert events(one, "shared_state_away") > 0


def test_an_answer_kept_by_one_is_a_hit_on_the_other(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        with gateways(tmp_path, config(fakes, tmp_path, server, '[cache]\nbackend = "redis"')) as [first, second]:
            all_connected([first, second])
            wait_for(lambda: readiness(second)["shared_cache"] == readiness(first)["shared_cache"] == "ok", SETTLED)
            assert say(first, "say: shared").headers["x-cache"] == "MISS"
            wait_for(lambda: server.ask("zcard", "{llm-gateway}:answers") == "1", SETTLED)
            hit = say(second, "say: shared")
            assert hit.headers["x-cache"] == "HIT" and hit.json["choices"][0]["message"]["content"] == "shared"
            streamed = ask(second.url, "openai", MODELS["openai"], "say: shared", True)
            assert streamed.headers["x-cache"] == "HIT" and b"shared" in streamed.body
            assert fakes.total() == 1
            # The server has neither the question nor an answer without an end.
            names = server.ask("keys", "*answer:*")
            assert "say" not in names and 3_500_000 < int(server.ask("pttl", names)) <= 3_600_000
            cleared = request(first.url, "POST", "/api/v1/cache/clear", {}, key_header("openai"))
            assert cleared.json == {"cleared": 1}
            assert say(second, "say: shared").headers["x-cache"] == "MISS"


def test_the_cache_holds_its_size(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        settings = '[cache]\nbackend = "redis"\nmax_size_mb = 1\n'
        with gateways(tmp_path, config(fakes, tmp_path, server, settings), 1) as [gateway]:
            wait_for(lambda: readiness(gateway)["shared_cache"] == "ok", SETTLED)
            for number in range(12):
                assert say(gateway, f"huge {200 + number}").status == 200
            wait_for(lambda: int(server.ask("get", "{llm-gateway}:answers:bytes")) > 700_000, SETTLED)
            kept = server.ask("keys", "*answer:*").split()
            sizes = [int(server.ask("strlen", name)) for name in kept]
            assert 2 <= len(kept) <= 5 and sum(sizes) <= 1 << 20
            assert int(server.ask("zcard", "{llm-gateway}:answers")) == len(kept)
            assert int(server.ask("get", "{llm-gateway}:answers:bytes")) <= 1 << 20
            # The oldest went.
            assert say(gateway, "huge 211").headers["x-cache"] == "HIT"
            assert say(gateway, "huge 200").headers["x-cache"] == "MISS"


def circuits(gateway: Gateway) -> dict[str, str]:
    return {
        one["instance"]: one["circuit"] for provider in status(gateway)["providers"] for one in provider["instances"]
    }


def test_a_circuit_opened_by_one_is_open_at_the_other(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        text = config(fakes, tmp_path, server).replace("failures = 1000000", "open_seconds = [4]\njitter = 0")
        text = text.replace("[failover]", "[failover.probes]\nenabled = false\n[failover]")
        with gateways(tmp_path, text) as fleet:
            all_connected(fleet)
            first, second = fleet
            for _ in range(3):
                assert say(first, "fail 500").status == 500
            opened = time.monotonic()
            assert circuits(first)["openai-primary"] == "open"
            took = wait_for(lambda: circuits(second)["openai-primary"] == "open", 3)
            assert took < 2, "soon"
            asked = fakes.total()
            assert say(second).status == 503 and fakes.total() == asked
            assert "another gateway" in second.output()
            # When its time is over one gateway at a time finds out whether it is back.
            wait_for(lambda: time.monotonic() - opened > 4, 5)

            def probe(number: int) -> int:
                return ask(fleet[number % 2].url, "openai", MODELS["openai"], "slow 1 500", True).status

            with ThreadPoolExecutor(8) as pool:
                probes: list[int] = []
                while 200 not in probes and time.monotonic() - opened < 8:
                    probes = list(pool.map(probe, range(8)))
            assert sorted(probes) == [200] + [503] * 7
            wait_for(lambda: [say(one).status for one in fleet] == [200, 200], 15)
            wait_for(lambda: all(circuits(one)["openai-primary"] == "closed" for one in fleet), SETTLED)


def command(gateway: Gateway, word: str) -> subprocess.CompletedProcess[str]:
    words = [os.environ["GATEWAYD"], word, "--config", str(gateway.config)]
    return subprocess.run(words, cwd=gateway.folder, capture_output=True, text=True, timeout=30, check=False)


def test_operators_see_it_and_reload_around_it(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        text = config(fakes, tmp_path, server, "[limits.global]\nrequests = 100\nwindow_seconds = 360000\n[cache]\n")
        with gateways(tmp_path, text) as fleet:
            all_connected(fleet)
            wait_for(lambda: status(fleet[0])["shared"][0].get("gateways") == 2, SETTLED)
            shown = command(fleet[0], "status").stdout
            assert f"state on redis://127.0.0.1:{server.port}/0: connected, 2 gateways" in shown
            assert [say(one, "say: one").headers["x-cache"] for one in fleet] == ["MISS", "MISS"]
            newer = text.replace("[cache]\n", '[cache]\nbackend = "redis"\n').replace("requests = 100", "requests = 50")
            for one in fleet:
                assert one.config
                one.config.write_text(newer.replace("lease_seconds = 3", "lease_seconds = 4"))
                done = command(one, "reload")
                assert done.returncode == 0 and "[shared]" in done.stdout + done.stderr, done
            wait_for(lambda: all(readiness(one)["shared_cache"] == "ok" for one in fleet), SETTLED)
            first = say(fleet[0], "say: two")
            assert (first.headers["x-cache"], first.headers["x-ratelimit-limit-requests"]) == ("MISS", "50")
            wait_for(lambda: say(fleet[1], "say: two").headers["x-cache"] == "HIT", SETTLED)
            left = int(first.headers["x-ratelimit-remaining-requests"])
            assert int(say(fleet[1], "say: three").headers["x-ratelimit-remaining-requests"]) < left
            assert "cache on redis" in command(fleet[0], "status").stdout


@pytest.mark.parametrize("fault", ["full", "replica", "hung", "dead", "loading"])
def test_without_the_server_each_gateway_goes_on_and_says_so(fakes: Fakes, tmp_path: Path, fault: str) -> None:
    with redis(tmp_path) as server:
        more = '[limits.per_key]\nrequests = 10000\n[cache]\nbackend = "redis"'
        with gateways(tmp_path, config(fakes, tmp_path, server, more, 200)) as fleet:
            all_connected(fleet)
            match fault:
                case "full":
                    server.ask("config", "set", "maxmemory", "1")
                case "replica":
                    server.ask("replicaof", "127.0.0.1", "1")
                case "hung":
                    server.stop()
                case "dead":
                    server.kill()
                case "loading":
                    server.restart_slowly()
            slowest, number = 0.0, 0
            while any(is_connected(one) for one in fleet) or number < 40:
                number += 1
                began = time.monotonic()
                reply = say(fleet[number % 2], f"say: {number}")
                slowest = max(slowest, time.monotonic() - began)
                assert reply.status == 200 and number < 1000, reply.body
            # The limit's round trip and the cache's, once each until the gateway knows.
            assert slowest < 1.5, slowest
            if fault == "loading":
                wait_for(lambda: all("LOADING, it is loading" in readiness(one)["shared_state"] for one in fleet), 10)
            for one in fleet:
                assert readiness(one)["shared_state"].startswith("away: ")
                shared = {row["use"]: row for row in status(one)["shared"]}
                assert shared["state"]["status"] == "away" and shared["state"]["problem"]
                metrics = request(one.url, "GET", "/metrics").body.decode()
                assert 'llm_gateway_shared_connected{use="state"} 0' in metrics
            # Kept in memory meanwhile.
            say(fleet[0], "say: alone")
            assert say(fleet[0], "say: alone").headers["x-cache"] == "HIT"
            match fault:
                case "full":
                    server.ask("config", "set", "maxmemory", "0")
                case "replica":
                    server.ask("replicaof", "no", "one")
                case "hung":
                    server.go_on()
                case "dead":
                    server.start()
                case "loading":
                    server.finish_loading()
            for one in fleet:
                wait_for(lambda one=one: is_connected(one), 12)
                # Once for each change of each connection, however many requests there were.
                assert 1 <= events(one, "shared_state_away") <= 4
            assert say(fleet[0]).status == 200


def test_a_wrong_password_is_told_and_never_shown(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path, password="correct-horse-battery") as server:
        wrong = server.url.replace("correct-horse-battery", "wrong-horse-battery")
        with gateways(tmp_path, config(fakes, tmp_path, wrong), 1) as [gateway]:
            wait_for(lambda: "WRONGPASS" in readiness(gateway)["shared_state"], SETTLED)
            assert say(gateway).status == 200
            told = gateway.output() + str(status(gateway)) + str(readiness(gateway))
            assert "horse" not in told


def test_a_user_of_its_own_may_do_what_is_needed(fakes: Fakes, tmp_path: Path) -> None:
    with redis(tmp_path) as server:
        allowed = ["~{llm-gateway}:*", "+@scripting", "+@connection", "+@read", "+@write", "+time"]
        server.ask("acl", "setuser", "gateway", "on", ">p@ss:word", *allowed)
        url = server.url.replace("redis://", "redis://gateway:p%40ss%3Aword@")
        more = '[limits.global]\nconcurrent = 5\ntokens = 100000\n[cache]\nbackend = "redis"'
        with gateways(tmp_path, config(fakes, tmp_path, url, more), 1) as [gateway]:
            all_connected([gateway])
            wait_for(lambda: readiness(gateway)["shared_cache"] == "ok", SETTLED)
            assert say(gateway).headers["x-cache"] == "MISS"
            wait_for(lambda: say(gateway).headers["x-cache"] == "HIT", SETTLED)
            assert request(gateway.url, "POST", "/api/v1/cache/clear", {}, key_header("openai")).json == {"cleared": 1}
            assert events(gateway, "shared_state_away") == 0


def certificates(folder: Path) -> list[str]:
    """An authority and a server's certificate for 127.0.0.1 by it, as redis-server's options."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test authority")
    openssl("req", *curve, "-keyout", "redis.key", "-out", "redis.csr", "-subj", "/CN=redis")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1")
    openssl("x509", "-req", "-in", "redis.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
            "redis.pem", "-days", "2", "-extfile", "names")
    files = {"--tls-cert-file": "redis.pem", "--tls-key-file": "redis.key", "--tls-ca-cert-file": "ca.pem"}
    options = [word for name, file in files.items() for word in (name, str(folder / file))]
    return [*options, "--tls-auth-clients", "no"]


def test_tls_is_verified_and_passwords_are_presented(fakes: Fakes, tmp_path: Path) -> None:
    tls = certificates(tmp_path)
    with redis(tmp_path, password="correct-horse-battery", tls=tls) as server:
        more = f'ca_file = "{tmp_path}/ca.pem"\n[limits.per_key]\nrequests = 1000\nwindow_seconds = 36000000\n'
        more += '[cache]\nbackend = "redis"\nmax_answer_kb = 16384'
        with gateways(tmp_path, config(fakes, tmp_path, server, more)) as fleet:
            all_connected(fleet)
            wait_for(lambda: all(readiness(one)["shared_cache"] == "ok" for one in fleet), SETTLED)
            assert say(fleet[0], "huge 3000").headers["x-cache"] == "MISS"
            wait_for(lambda: say(fleet[1], "huge 3000").headers["x-cache"] == "HIT", SETTLED)
            left = [int(say(one, one.url).headers["x-ratelimit-remaining-requests"]) for one in fleet]
            assert left[1] == left[0] - 1
        # The system's authorities do not know this one.
        (tmp_path / "stranger").mkdir()
        with gateways(tmp_path / "stranger", config(fakes, tmp_path, server), 1) as [gateway]:
            wait_for(lambda: "certificate is not trusted" in readiness(gateway)["shared_state"], SETTLED)
            assert say(gateway).status == 200
            assert "horse" not in gateway.output()


def test_a_cache_without_a_server_is_told_at_the_start(fakes: Fakes, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no server is named"):
        path = write_config(tmp_path, fakes.urls, keys=f'{KEYS}\n[cache]\nbackend = "redis"\n')
        with Gateway(tmp_path, path):
            pass
