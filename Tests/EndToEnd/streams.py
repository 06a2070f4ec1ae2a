"""Many requests at once, over connections of their own."""

import asyncio

TIMEOUT = 40


async def read_stream(port: int, data: bytes) -> bytes:
    """The whole answer, head included; ends with the answer, or where the connection does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = bytearray()
    try:
        async with asyncio.timeout(TIMEOUT):
            writer.write(data)
            while piece := await reader.read(65536):
                received += piece
                if is_whole(received):
                    break
    finally:
        writer.close()
    return bytes(received)


def is_whole(received: bytearray) -> bool:
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(received[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return received.endswith(b"0\r\n\r\n")
    length = head.split(b"content-length: ")[1].split(b"\r\n")[0]
    return len(received) >= end + 4 + int(length)
