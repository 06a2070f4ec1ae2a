"""The gateway's conversion, asked line by line: `conversion_probe` is built beside gatewayd."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

MODEL = "omni"


@dataclass
class Sent:
    """What became of one request."""

    notes: list[dict]
    body: dict | None
    """What the provider would be sent; None where the gateway refuses."""
    is_streaming: bool
    error: str
    """Why the gateway refuses."""
    strict: str | None
    """The refusal by the policy `strict`; None where it lets the request pass."""

    @property
    def outgoing(self) -> dict:
        """The body, and what some formats write into the address instead."""
        is_in_address = self.is_streaming and self.body is not None and "stream" not in self.body
        return {"": "stream" if is_in_address else "", "body": self.body}


class Probe:
    """`with Probe() as probe:` starts it."""

    def __enter__(self) -> "Probe":
        binary = Path(os.environ["GATEWAYD"]).with_name("conversion_probe")
        if not binary.exists():
            raise RuntimeError(f"no {binary}; build it with: swift build --product conversion_probe")
        self.process = subprocess.Popen([binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)

    def ask(self, client: str, provider: str, body: dict) -> Sent:
        assert self.process.stdin is not None and self.process.stdout is not None
        question = {"client": client, "provider": provider, "body": body}
        self.process.stdin.write(json.dumps(question).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        answer = json.loads(line) if line else {"fault": "the probe ended"}
        if "fault" in answer:
            raise RuntimeError(f"{answer['fault']}: {question}")
        return Sent(
            answer.get("notes", []),
            answer.get("body"),
            answer.get("stream", False),
            answer.get("error", ""),
            answer["strict"],
        )
