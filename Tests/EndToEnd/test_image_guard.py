"""PITFALLS 25: images by address, with a resolver of the test's own. 93.184.216.34 is public, and leads to this machine."""

import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.cluster import Fakes
from gateway import Gateway, write_config
from samples import PNG
from test_gateway_media import ask_about

PUBLIC = "93.184.216.34"
SHIM = Path(__file__).parent / "resolver" / "names.c"


class Pictures:
    """A web server on loopback; `pages` are answers by their path."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        pictures = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802
                pictures.asked.append(f"{self.headers['Host'].split(':')[0]}{self.path}")
                status, headers, body = pictures.pages.get(self.path, (404, {}, b""))
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port

    def __enter__(self) -> "Pictures":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("clang") or shutil.which("gcc")
    assert compiler, "a C compiler is needed: the tests put their own resolver before the gateway's"
    library = tmp_path_factory.mktemp("resolver") / "names.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, SHIM, "-ldl"], check=True)
    return library


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    with Pictures() as pictures:
        pictures.pages["/cat"] = (200, {"Content-Type": "text/html"}, PNG)
        yield pictures


@pytest.fixture
def names(tmp_path: Path) -> Path:
    return tmp_path / "names"


@pytest.fixture
def guarded(fakes: Fakes, shim: Path, names: Path, tmp_path: Path) -> Iterator[Gateway]:
    names.write_text("")
    env = {"LD_PRELOAD": str(shim), "FAKE_NAMES": str(names)}
    with Gateway(tmp_path, write_config(tmp_path, fakes.urls), env=env) as gateway:
        yield gateway


def test_a_public_image_is_fetched_for_those_who_cannot(
    guarded: Gateway, fakes: Fakes, pictures: Pictures, names: Path
) -> None:
    """Its type is that of its bytes, not the one that the server tells."""
    names.write_text(f"cats.test {PUBLIC}\n")
    reply = ask_about(guarded, "openai", "gemini", f"http://cats.test:{pictures.port}/cat")
    assert reply.status == 200, reply.body
    assert f"I see 1: image/png {len(PNG)} bytes" in reply.json["choices"][0]["message"]["content"]
    assert pictures.asked == ["cats.test/cat"]


def test_anthropic_fetches_from_secure_addresses_only(
    guarded: Gateway, fakes: Fakes, pictures: Pictures, names: Path
) -> None:
    names.write_text(f"cats.test {PUBLIC}\n")
    reply = ask_about(guarded, "openai", "anthropic", f"http://cats.test:{pictures.port}/cat")
    assert reply.status == 200, reply.body
    assert f"I see 1: image/png {len(PNG)} bytes" in reply.json["choices"][0]["message"]["content"]


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_it_is_left_to_those_who_can(
    guarded: Gateway, fakes: Fakes, pictures: Pictures, names: Path, provider: str
) -> None:
    names.write_text(f"cats.test {PUBLIC}\n")
    url = f"https://cats.test:{pictures.port}/cat"
    reply = ask_about(guarded, "anthropic", provider, url)
    assert reply.status == 200 and f"I see 1: {url}" in reply.body.decode()
    assert pictures.asked == []


@pytest.mark.parametrize(
    "addresses",
    ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "fd00:ec2::254", "fe80::1", "::ffff:127.0.0.1", "0.0.0.0",
     "10.0.0.1 127.0.0.1 ::1"],
)  # fmt: skip
def test_a_private_name_is_never_asked(
    guarded: Gateway, fakes: Fakes, pictures: Pictures, names: Path, addresses: str
) -> None:
    names.write_text(f"inside.test {addresses}\n")
    reply = ask_about(guarded, "openai", "gemini", f"http://inside.test:{pictures.port}/cat")
    assert reply.status == 400, reply.body
    assert "not on the public internet" in reply.json["error"]["message"]
    assert pictures.asked == [] and fakes.total() == 0


def test_a_rebound_name_leads_nowhere(guarded: Gateway, fakes: Fakes, pictures: Pictures, names: Path) -> None:
    """The first look-up is public, all later ones are this machine: what is judged is what is connected to."""
    names.write_text(f"rebound.test {PUBLIC}\nrebound.test 127.0.0.1\n")
    reply = ask_about(guarded, "openai", "gemini", f"http://rebound.test:{pictures.port}/cat")
    assert reply.status == 200, reply.body
    # Another port is another look-up.
    with Pictures() as inside:
        inside.pages["/cat"] = (200, {}, PNG)
        reply = ask_about(guarded, "openai", "gemini", f"http://rebound.test:{inside.port}/cat")
        assert reply.status == 400, reply.body
        assert inside.asked == []
    assert pictures.asked == ["rebound.test/cat"] and fakes.total() == 1


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:{port}/cat", "http://[::ffff:127.0.0.1]:{port}/cat", "http://2130706433:{port}/cat",
               "http://169.254.169.254/latest/", "file:///etc/passwd"],
)  # fmt: skip
def test_a_redirect_to_the_inside_is_not_followed(
    guarded: Gateway, fakes: Fakes, pictures: Pictures, names: Path, target: str
) -> None:
    names.write_text(f"cats.test {PUBLIC}\n")
    pictures.pages["/moved"] = (302, {"Location": target.format(port=pictures.port)}, b"")
    reply = ask_about(guarded, "openai", "gemini", f"http://cats.test:{pictures.port}/moved")
    assert reply.status == 400, reply.body
    assert pictures.asked == ["cats.test/moved"] and fakes.total() == 0


@pytest.mark.parametrize(
    "body,told",
    [(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a JPEG"), (b"\x89PNG" + b"x" * 64, "neither a JPEG"),
     (PNG + bytes(21 << 20), "above 20971520 bytes")],
    ids=["svg", "torn png", "too large"],
)  # fmt: skip
def test_what_is_no_image_or_too_large_is_refused(
    guarded: Gateway, fakes: Fakes, pictures: Pictures, names: Path, body: bytes, told: str
) -> None:
    names.write_text(f"cats.test {PUBLIC}\n")
    pictures.pages["/odd"] = (200, {"Content-Type": "image/png"}, body)
    reply = ask_about(guarded, "openai", "gemini", f"http://cats.test:{pictures.port}/odd")
    assert reply.status == 400, reply.body
    assert told in reply.json["error"]["message"] and fakes.total() == 0
