"""A service that takes files of any size: it counts and hashes what arrives and keeps none of it."""

import hashlib
import json
import socket
import threading

PIECE = 1 << 16


class Sink:
    """`with Sink() as sink:` listens; each request becomes one of `sink.uploads`."""

    def __init__(self, status: int = 200, reads: bool = True) -> None:
        """Without `reads` it answers as soon as it has the head."""
        self.status, self.reads = status, reads
        self.may_read = threading.Event()
        self.may_read.set()
        self.uploads: list[Upload] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self) -> "Sink":
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.may_read.set()
        # Only closed, it would still be waited on, and its number soon be another's.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join(5)
        self.listener.close()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.take, args=(connection,), daemon=True).start()

    def take(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (more := connection.recv(PIECE)):
                    return
                head += more
            text, _, begun = head.partition(b"\r\n\r\n")
            upload = Upload(text.decode())
            self.uploads.append(upload)
            if self.reads:
                upload.add(begun)
                while upload.count < upload.length:
                    self.may_read.wait()
                    if not (more := connection.recv(PIECE)):
                        upload.broke_off.set()
                        return
                    upload.add(more)
            error = {"error": {"message": "no room", "type": "invalid_request_error", "param": None, "code": None}}
            body = json.dumps({"id": "file-1", "bytes": upload.count} if self.status == 200 else error).encode()
            head_of_answer = f"HTTP/1.1 {self.status} Fake\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            connection.sendall(head_of_answer.encode() + b"\r\n\r\n" + body)
            # What is still on its way would make a close a reset, and the answer might be lost.
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(5)
            while not self.reads and connection.recv(PIECE):
                pass


class Upload:
    def __init__(self, head: str) -> None:
        self.line, *lines = head.split("\r\n")
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        self.length = int(self.headers["content-length"])
        self.count = 0
        self.digest = hashlib.sha256()
        self.broke_off = threading.Event()

    def add(self, data: bytes) -> None:
        self.count += len(data)
        self.digest.update(data)
