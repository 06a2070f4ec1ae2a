"""Starts the fakes for use by hand and prints where they listen and the keys they want.

`python -m fakes` starts all on free ports; `python -m fakes openai 4711` one of them on that port.
"""

import asyncio
import sys

from .cluster import KEYS, providers
from .http_server import serve


async def main() -> None:
    servers = []
    only, port = (sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 2 else (None, 0)
    for name, provider in providers().items():
        if only not in (None, name):
            continue
        server = await serve(provider.handle, provider.state, port)
        servers.append(server)
        print(f"{name}: http://127.0.0.1:{server.sockets[0].getsockname()[1]} key {KEYS[name]}", flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
