"""Two gateways behind nginx with one Redis between them: the set-up of docs/DEPLOYMENT.md, with its own nginx file."""

import asyncio
import contextlib
import http.client
import json
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anthropic import Anthropic
from openai import OpenAI

from conftest import MODELS
from fakes.cluster import Fakes
from fakes.sink import Sink
from fleet import Nginx, Redis, events, gateways, is_open, nginx, readiness, redis, status
from gateway import CLIENT_KEY, Gateway, write_config
from raw import body_of, connected, head_and_body, key_header, read_until, request, wait_for
from streams import read_stream

CLIENTS = [f"sk-client-{number}" for number in range(12)]
SETTLED = 5.0
# What a request may take that waits for nothing but the providers and, once or twice, for Redis: the machine is busy.
LONGEST = 3.0


@dataclass
class Fleet:
    gateways: list[Gateway]
    nginx: Nginx
    redis: Redis

    def wait_until_connected(self, limit: float = SETTLED) -> None:
        for gateway in self.gateways:
            wait_for(lambda gateway=gateway: readiness(gateway)["shared_state"] == "ok", limit)


@contextlib.contextmanager
def fleet(
    fakes: Fakes, folder: Path, more: str = "", patience: int = 2000, drain: float | None = None
) -> Iterator[Fleet]:
    with redis(folder) as server:
        keys = "".join(f'[[api_keys]]\nname = "{key}"\nkey = "{key}"\nadmin = true\n' for key in [CLIENT_KEY, *CLIENTS])
        keys += f'[shared]\nredis = "{server.url}"\ntimeout_ms = {patience}\nlease_seconds = 3\n{more}\n'
        config = write_config(folder, fakes.urls, keys=keys).read_text()
        with gateways(folder, config, drain=drain) as both, nginx(folder, both) as front:
            whole = Fleet(both, front, server)
            whole.wait_until_connected()
            yield whole


def call(key: str, text: str, stream: bool) -> bytes:
    return head_and_body("openai", MODELS["openai"], text, stream).replace(CLIENT_KEY.encode(), key.encode())


@dataclass
class Sight:
    took: float
    reply: bytes

    @property
    def status(self) -> int:
        return int(self.reply[9:12] or b"0")


async def load(
    port: int, calls: list[bytes], over: float, *steps: tuple[float, Callable[[], object]]
) -> list[Sight]:
    """The calls, begun evenly over that time, and each step at its own."""

    async def one(delay: float, data: bytes) -> Sight:
        await asyncio.sleep(delay)
        began = time.monotonic()
        reply = await read_stream(port, data)
        return Sight(time.monotonic() - began, reply)

    async def take(at: float, step: Callable[[], object]) -> None:
        await asyncio.sleep(at)
        await asyncio.to_thread(step)

    async with asyncio.TaskGroup() as group:
        for at, step in steps:
            group.create_task(take(at, step))
        tasks = [group.create_task(one(over * place / len(calls), data)) for place, data in enumerate(calls)]
    return [task.result() for task in tasks]


def restart(gateway: Gateway) -> None:
    """Starts it again where it was, after it has ended in good order."""
    assert gateway.process.wait(10) == 0, gateway.output()
    assert gateway.config
    gateway.config.write_text(gateway.config.read_text().replace("port = 0", f"port = {gateway.port}", 1))
    (gateway.folder / "port").unlink()
    gateway.__enter__()


def stop_and_restart(gateway: Gateway) -> None:
    gateway.process.terminate()
    restart(gateway)


def requests_of(gateway: Gateway) -> int:
    return events(gateway, "llm_request_start")


def test_no_request_fails_while_redis_is_killed_stopped_and_restarted(fakes: Fakes, tmp_path: Path) -> None:
    more = '[limits.per_key]\nrequests = 100000\ntokens = 100000000\nconcurrent = 1000\n[cache]\nbackend = "redis"\n'
    with fleet(fakes, tmp_path, more, 200) as whole:
        server = whole.redis
        # Streams of some 300 ms, whole answers, and questions that come again.
        calls = [
            call(CLIENTS[place % len(CLIENTS)], f"slow 3 100 {place % 300}" if place % 3 else f"say: {place % 50}", place % 2 == 0)
            for place in range(1200)
        ]
        steps = [(2.0, server.kill), (5.0, server.start), (8.0, server.stop), (11.0, server.go_on)]
        sights = asyncio.run(load(whole.nginx.port, calls, 14, *steps))
        failed = [sight for sight in sights if sight.status != 200]
        assert not failed, [sight.reply[:300] for sight in failed[:3]]
        assert all(b'"error"' not in sight.reply for sight in sights)
        streams = [sight for place, sight in enumerate(sights) if place % 2 == 0]
        assert all(b"[DONE]" in sight.reply for sight in streams)
        assert max(sight.took for sight in sights) < LONGEST, sorted(sight.took for sight in sights)[-5:]
        # Both had work, both lost it twice, and both are back by themselves.
        assert all(requests_of(gateway) > 200 for gateway in whole.gateways)
        whole.wait_until_connected(12)
        for gateway in whole.gateways:
            for use in ("state", "cache"):
                away = gateway.output().count(f"shared_state_away use={use}")
                # A hung server that goes on may be lost once more while it works through what had piled up.
                assert 2 <= away <= 4, (use, away)
            wait_for(lambda gateway=gateway: status(gateway)["shared"][0].get("gateways") == 2, SETTLED)
        # Nothing is left of what was held.
        wait_for(lambda: server.ask("exists", f"{{llm-gateway}}:places:key:{CLIENTS[0]}") == "0", 8)


def test_a_limit_holds_behind_nginx_and_within_its_bound_without_redis(fakes: Fakes, tmp_path: Path) -> None:
    with fleet(fakes, tmp_path, "[limits.global]\nrequests = 60\nwindow_seconds = 360000") as whole:
        calls = [call(CLIENTS[place % len(CLIENTS)], "say: here", False) for place in range(150)]
        sights = asyncio.run(load(whole.nginx.port, calls, 2))
        assert [sight.status for sight in sights].count(200) == 60
        assert {sight.status for sight in sights} == {200, 429}
        assert all(requests_of(gateway) > 20 for gateway in whole.gateways)
        # Alone each holds the limit by what it had let in itself.
        whole.redis.kill()
        for gateway in whole.gateways:
            wait_for(lambda gateway=gateway: readiness(gateway)["shared_state"] != "ok", SETTLED)
        sights = asyncio.run(load(whole.nginx.port, calls, 2))
        assert 0 < [sight.status for sight in sights].count(200) <= 60
        assert {sight.status for sight in sights} == {200, 429}
        assert fakes.total() <= 120


def test_a_client_stays_with_its_gateway_while_it_is_there(fakes: Fakes, tmp_path: Path) -> None:
    with fleet(fakes, tmp_path) as whole:
        calls = [call(CLIENTS[0], "say: here", False) for _ in range(30)]
        asyncio.run(load(whole.nginx.port, calls, 0.5))
        counts = [requests_of(gateway) for gateway in whole.gateways]
        assert sorted(counts) == [0, 30]
        own = whole.gateways[counts.index(30)]
        own.process.kill()
        own.process.wait()
        own.process.returncode = 0
        sights = asyncio.run(load(whole.nginx.port, calls, 1))
        assert [sight.status for sight in sights] == [200] * 30
        # Clients of other formats are told apart, too.
        headers = {"x-api-key": CLIENTS[1], "anthropic-version": "2023-06-01"}
        assert request(whole.nginx.url, "GET", "/v1/models", headers=headers).status == 200


def test_a_gateway_is_restarted_under_load_and_nobody_notices(fakes: Fakes, tmp_path: Path) -> None:
    with fleet(fakes, tmp_path) as whole:
        first = whole.gateways[0]
        calls = [
            call(CLIENTS[place % len(CLIENTS)], "slow 3 100" if place % 2 else "say: here", place % 2 == 1)
            for place in range(800)
        ]
        steps = [(2.0, first.process.terminate), (4.0, lambda: restart(first))]
        sights = asyncio.run(load(whole.nginx.port, calls, 8, *steps))
        failed = [sight for sight in sights if sight.status != 200]
        assert not failed, [sight.reply[:300] for sight in failed[:3]]
        assert all(b"[DONE]" in sight.reply for place, sight in enumerate(sights) if place % 2 == 1)


def test_a_post_on_its_way_to_a_gateway_that_stops_is_answered(fakes: Fakes, tmp_path: Path) -> None:
    """nginx sends it on a connection that it keeps, before it can know; failed it would be a 502, as it is not asked again."""
    with fleet(fakes, tmp_path) as whole, contextlib.ExitStack() as stack:
        clients = [http.client.HTTPConnection("127.0.0.1", whole.nginx.port, timeout=15) for _ in range(8)]
        for client in clients:
            stack.enter_context(contextlib.closing(client))

        def send() -> None:
            body = json.dumps(body_of("openai", MODELS["openai"], "slow 2 100"))
            for client in clients:
                client.request("POST", "/v1/chat/completions", body, key_header("openai", CLIENTS[0]))

        def statuses() -> list[int]:
            replies = [client.getresponse() for client in clients]
            return [reply.status for reply in replies if reply.read()]

        send()
        assert statuses() == [200] * 8
        [own] = [gateway for gateway in whole.gateways if requests_of(gateway)]
        with whole.nginx.frozen():
            send()
            own.process.terminate()
            wait_for(lambda: not is_open(own.port), SETTLED)
        assert statuses() == [200] * 8
        assert requests_of(own) == 16
        # All that nginx kept was used, and is over: no need to wait for more.
        assert own.process.wait(1) == 0


def test_no_post_fails_while_one_gateway_after_the_other_is_restarted(fakes: Fakes, tmp_path: Path) -> None:
    with fleet(fakes, tmp_path) as whole:
        # So far apart that nginx looks at the one before again: `fail_timeout` of its file.
        rounds = [(1 + 6.5 * turn, whole.gateways[turn % 2]) for turn in range(4)]
        steps = [(at, lambda gateway=gateway: stop_and_restart(gateway)) for at, gateway in rounds]
        over = rounds[-1][0] + 8
        calls = [call(CLIENTS[place % len(CLIENTS)], "say: here", False) for place in range(int(over * 100))]
        sights = asyncio.run(load(whole.nginx.port, calls, over, *steps))
        failed = [sight for sight in sights if sight.status != 200]
        assert not failed, (len(failed), [sight.reply[:300] for sight in failed[:3]])
        assert all(requests_of(gateway) > 50 for gateway in whole.gateways)


def test_metrics_stay_inside(fakes: Fakes, tmp_path: Path) -> None:
    with fleet(fakes, tmp_path) as whole:
        assert request(whole.nginx.url, "GET", "/metrics").status == 404
        assert request(whole.gateways[0].url, "GET", "/metrics").status == 200


def test_streams_pass_as_they_come_and_end_with_their_client(fakes: Fakes, tmp_path: Path) -> None:
    with fleet(fakes, tmp_path) as whole:
        with connected(whole.nginx.url) as sock:
            began = time.monotonic()
            sock.sendall(call(CLIENTS[0], "slow 50 100", True))
            read_until(sock, b"tick1 ")
            assert time.monotonic() - began < 2.5, "not held back until the end"
            assert fakes.providers["openai"].state.open_streams == 1
        wait_for(lambda: fakes.providers["openai"].state.open_streams == 0, 2)


def test_files_pass_while_they_arrive(fakes: Fakes, tmp_path: Path) -> None:
    """Nothing waits for the end of one, and one may be larger than other bodies."""
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    size = (70 << 20) + len(form)
    lines = ["POST /v1/files HTTP/1.1", "Host: fleet", f"Authorization: Bearer {CLIENTS[0]}", f"Content-Length: {size}"]
    lines += ["Content-Type: multipart/form-data; boundary=x", "", ""]
    with Sink() as sink, fleet(fakes, tmp_path) as whole:
        for gateway in whole.gateways:
            assert gateway.config
            text = gateway.config.read_text().replace(f'{fakes.urls["openai"]}/v1', f"{sink.url}/v1")
            gateway.config.write_text(text)
            gateway.process.send_signal(signal.SIGHUP)
        wait_for(lambda: all(events(gateway, "configuration_reloaded") for gateway in whole.gateways), SETTLED)
        with connected(whole.nginx.url) as sock:
            sock.sendall("\r\n".join(lines).encode() + form)
            sock.sendall(bytes(1 << 20))
            wait_for(lambda: bool(sink.uploads) and sink.uploads[0].count > 1 << 19, SETTLED)
            for _ in range(69):
                sock.sendall(bytes(1 << 20))
            assert b" 200 " in read_until(sock, b"file-1")[:20]
        assert sink.uploads[0].count == size


def test_the_sdks_speak_through_it(fakes: Fakes, tmp_path: Path) -> None:
    with fleet(fakes, tmp_path) as whole:
        client = OpenAI(base_url=f"{whole.nginx.url}/v1", api_key=CLIENTS[2], max_retries=0)
        stream = client.chat.completions.create(
            model=MODELS["openai"], messages=[{"role": "user", "content": "say: through"}], stream=True
        )
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices) == "through"
        claude = Anthropic(base_url=whole.nginx.url, api_key=CLIENTS[3], max_retries=0)
        answer = claude.messages.create(
            model=MODELS["anthropic"], max_tokens=99, messages=[{"role": "user", "content": "say: through"}]
        )
        assert answer.content[0].text == "through"
