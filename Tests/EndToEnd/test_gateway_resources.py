"""What a thousand requests leave behind: nothing."""

import contextlib
import http.client
import json
import os
import random
from pathlib import Path

from conftest import FORMATS, MODELS
from fakes.cluster import Fakes
from gateway import Gateway, write_config
from raw import body_of, connected, head_and_body, key_header, path_of, read_until, wait_for

# Sanitizers keep freed memory for a while.
SANITIZED = "san" in os.environ.get("GATEWAYD", "")


def resident_bytes(gateway: Gateway) -> int:
    pages = Path(f"/proc/{gateway.process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def descriptors(gateway: Gateway) -> int:
    return len(os.listdir(f"/proc/{gateway.process.pid}/fd"))


def finish_some(gateway: Gateway, count: int) -> None:
    """Whole requests over one connection, of every format to every provider, failures among them."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=15)
    with contextlib.closing(connection):
        for number in range(count):
            client, provider = FORMATS[number % 4], FORMATS[number // 4 % 4]
            stream = number % 2 == 0
            text = "fail 500" if number % 10 == 9 else "huge 3"
            # What is kept to go on from is memory that is meant to be used.
            unkept = {"store": False} if client == "responses" else {}
            body = json.dumps(body_of(client, MODELS[provider], text, stream, **unkept))
            headers = {"Content-Type": "application/json", **key_header(client)}
            connection.request("POST", path_of(client, MODELS[provider], stream), body, headers)
            connection.getresponse().read()


def abandon_some(gateway: Gateway, count: int, choice: random.Random) -> None:
    """Clients that leave before, during and after the head of the answer."""
    for number in range(count):
        client, provider = FORMATS[number % 4], FORMATS[number // 4 % 4]
        data = head_and_body(client, MODELS[provider], "slow 50 20")
        with connected(gateway.url) as sock:
            match choice.randrange(3):
                case 0:
                    sock.sendall(data[: choice.randrange(1, len(data))])
                case 1:
                    sock.sendall(data)
                case 2:
                    sock.sendall(data)
                    read_until(sock, b"tick0")


def test_nothing_is_left_behind(fakes: Fakes, tmp_path: Path) -> None:
    choice = random.Random(7)
    with Gateway(tmp_path, write_config(tmp_path, fakes.urls)) as gateway:
        finish_some(gateway, 300)
        abandon_some(gateway, 60, choice)
        wait_for(lambda: all(one.state.open_requests == 0 for one in fakes.providers.values()), 3)
        memory, open_before = resident_bytes(gateway), descriptors(gateway)
        finish_some(gateway, 700)
        abandon_some(gateway, 150, choice)
        wait_for(lambda: all(one.state.open_requests == 0 for one in fakes.providers.values()), 3)
        # Idle connections to providers are kept, some for each event loop; those of clients are not.
        wait_for(lambda: descriptors(gateway) <= open_before + 12, 3)
        grown = resident_bytes(gateway) - memory
        # A leak of 8 KiB a request would be seven of these.
        assert grown < (1 << 20) or SANITIZED, f"{grown} bytes more"
