"""Starts the fakes for use by hand and prints where they listen and the keys they want."""

import asyncio

from .cluster import KEYS, providers
from .http_server import serve


async def main() -> None:
    servers = []
    for name, provider in providers().items():
        server = await serve(provider.handle, provider.state)
        servers.append(server)
        print(f"{name}: http://127.0.0.1:{server.sockets[0].getsockname()[1]} key {KEYS[name]}", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
