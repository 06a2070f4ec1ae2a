"""The fakes together, on an event loop in a thread of their own."""

import asyncio
import ssl
import threading
from concurrent.futures import Future

from .anthropic_api import Anthropic
from .bedrock_api import Bedrock
from .gemini_api import Gemini
from .http_server import serve
from .provider import Provider, Recorded
from .responses_api import Responses

KEYS = {"openai": "sk-fake-openai", "anthropic": "sk-fake-anthropic", "gemini": "fake-gemini"}
KEYS["responses"] = "sk-fake-responses"
KEYS["bedrock"] = "fake-bedrock"


def providers() -> dict[str, Provider]:
    return {
        "openai": Responses(KEYS["openai"]),
        "anthropic": Anthropic(KEYS["anthropic"]),
        "gemini": Gemini(KEYS["gemini"]),
        "responses": Responses(KEYS["responses"]),
        "bedrock": Bedrock(KEYS["bedrock"]),
    }


class Fakes:
    """`with Fakes() as fakes:` starts them; `fakes.urls["openai"]` is where one listens."""

    def __init__(self, tls: ssl.SSLContext | None = None, only: dict[str, Provider] | None = None) -> None:
        self.providers = providers() if only is None else only
        self.urls: dict[str, str] = {}
        self.tls = tls
        self.servers: list[asyncio.Server] = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> "Fakes":
        self.thread.start()
        future: Future[None] = asyncio.run_coroutine_threadsafe(self.start(), self.loop)
        future.result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def start(self) -> None:
        scheme = "https" if self.tls else "http"
        for name, provider in self.providers.items():
            server = await serve(provider.handle, provider.state, tls=self.tls)
            self.servers.append(server)
            port = server.sockets[0].getsockname()[1]
            self.urls[name] = f"{scheme}://127.0.0.1:{port}"

    async def stop(self) -> None:
        for server in self.servers:
            server.close()
        connections = asyncio.all_tasks() - {asyncio.current_task()}
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def reset(self) -> None:
        for provider in self.providers.values():
            provider.reset()

    def last(self, provider: str) -> Recorded:
        """The latest request that the provider received."""
        return self.providers[provider].requests[-1]

    def total(self) -> int:
        return sum(len(provider.requests) for provider in self.providers.values())
