"""A small, strict HTTP/1.1 server on asyncio. It notices at once when the client goes away."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_HEAD = 64 * 1024


class Disconnected(Exception):
    """The client closed the connection while it was being answered."""


class Abort(Exception):
    """Raised by a handler to close the connection without ending the response."""


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    path: str = ""
    query: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self.path = unquote(parts.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return values[0] if values else None


@dataclass
class Response:
    """`body` is the whole body, or a stream of pieces, each of which becomes its own write on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes | AsyncIterator[bytes]


Handler = Callable[[Request], Awaitable[Response]]


@dataclass
class State:
    """What the tests ask about connections and streams."""

    connections: int = 0
    total_connections: int = 0
    open_requests: int = 0
    open_streams: int = 0
    finished: int = 0
    cancelled: int = 0
    last_cancelled_at: float | None = None


class Connection(asyncio.Protocol):
    """One client: requests are answered in order; the one being answered is cancelled when the client leaves."""

    def __init__(self, handler: Handler, state: State) -> None:
        self.handler = handler
        self.state = state
        self.buffer = bytearray()
        self.arrived = asyncio.Event()
        self.writable = asyncio.Event()
        self.writable.set()
        self.gone = False
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.state.connections += 1
        self.state.total_connections += 1
        self.task = asyncio.ensure_future(self.serve())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self.arrived.set()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self.gone = True
        self.state.connections -= 1
        self.arrived.set()
        self.writable.set()
        if self.task is not None:
            self.task.cancel()

    def pause_writing(self) -> None:
        self.writable.clear()

    def resume_writing(self) -> None:
        self.writable.set()

    async def serve(self) -> None:
        try:
            while not self.gone:
                request = await self.read_request()
                if request is None:
                    break
                if not await self.answer(request):
                    break
        except (Disconnected, asyncio.CancelledError):
            pass
        except ValueError as error:
            self.transport.write(f"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nX-Why: {error}\r\n\r\n".encode())
        finally:
            self.transport.close()

    async def answer(self, request: Request) -> bool:
        """True when the connection can carry another request."""
        self.state.open_requests += 1
        streaming = False
        try:
            response = await self.handler(request)
            streaming = not isinstance(response.body, bytes)
            self.state.open_streams += streaming
            await self.write_response(request, response)
            self.state.finished += 1
        except Abort:
            self.transport.abort() if not streaming else self.transport.close()
            return False
        except (Disconnected, asyncio.CancelledError):
            self.state.cancelled += 1
            self.state.last_cancelled_at = time.monotonic()
            raise Disconnected from None
        finally:
            self.state.open_requests -= 1
            self.state.open_streams -= streaming
        return (request.header("connection") or "").lower() != "close"

    async def write_response(self, request: Request, response: Response) -> None:
        head = [f"HTTP/1.1 {response.status} Fake"]
        head += [f"{name}: {value}" for name, value in response.headers.items()]
        if isinstance(response.body, bytes):
            head.append(f"Content-Length: {len(response.body)}")
            await self.write(("\r\n".join(head) + "\r\n\r\n").encode() + response.body)
            return
        head.append("Transfer-Encoding: chunked")
        await self.write(("\r\n".join(head) + "\r\n\r\n").encode())
        async for piece in response.body:
            if piece:
                await self.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await self.write(b"0\r\n\r\n")

    async def write(self, data: bytes) -> None:
        if self.gone or self.transport.is_closing():
            raise Disconnected
        self.transport.write(data)
        # Yields even when the buffer has room, so that each write leaves as a segment of its own.
        await asyncio.sleep(0)
        await self.writable.wait()

    # Reading ---------------------------------------------------------------------------------------------------------

    async def more(self) -> None:
        self.arrived.clear()
        if self.gone:
            raise Disconnected
        await self.arrived.wait()
        if self.gone:
            raise Disconnected

    async def read_exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            await self.more()
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    async def read_line(self) -> bytes:
        while (end := self.buffer.find(b"\r\n")) < 0:
            if len(self.buffer) > MAX_HEAD:
                raise ValueError("line too long")
            await self.more()
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        return line

    async def read_request(self) -> Request | None:
        while (end := self.buffer.find(b"\r\n\r\n")) < 0:
            if len(self.buffer) > MAX_HEAD:
                raise ValueError("head too long")
            await self.more()
        head = bytes(self.buffer[:end]).decode("latin-1")
        del self.buffer[: end + 4]
        first, *lines = head.split("\r\n")
        method, target, version = first.split(" ")
        if version != "HTTP/1.1":
            raise ValueError("HTTP/1.1 only")
        headers: list[tuple[str, str]] = []
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip() or "\r" in value or "\n" in value:
                raise ValueError("bad header line")
            headers.append((name, value.strip()))
        body = await self.read_body({name.lower(): value for name, value in headers})
        return Request(method, target, headers, body)

    async def read_body(self, headers: dict[str, str]) -> bytes:
        if "host" not in headers:
            raise ValueError("no Host")
        if "transfer-encoding" in headers and "content-length" in headers:
            raise ValueError("two lengths")
        if headers.get("expect", "").lower() == "100-continue":
            await self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = bytearray()
            while size := int((await self.read_line()).split(b";")[0], 16):
                body += await self.read_exactly(size)
                if await self.read_exactly(2) != b"\r\n":
                    raise ValueError("bad chunk end")
            while await self.read_line():
                pass
            return bytes(body)
        return await self.read_exactly(int(headers.get("content-length", "0")))


async def serve(handler: Handler, state: State, port: int = 0, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """Starts a server on loopback; port 0 takes a free one."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Connection(handler, state), "127.0.0.1", port, ssl=tls, backlog=1024)
