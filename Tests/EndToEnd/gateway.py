"""Starts gatewayd, as a user would: a configuration file and a command line."""

import os
import signal
import subprocess
import time
from pathlib import Path

CLIENT_KEY = "sk-gateway-e2e"
START_LIMIT = 10.0
STOP_LIMIT = 10.0

CONFIG = """
[server]
host = "127.0.0.1"
port = 0
{server}

{keys}
[routing]
default_provider = "openai"

[routing.rules]
"gpt-" = "openai"
"claude-" = "anthropic"
"gemini-" = "gemini"
{rules}
# Tests fail the only instance of a provider on purpose, over and over, and look at what is told.
[failover]
max_wait_seconds = 0
backoff_seconds = 0

[failover.circuit]
failures = 1000000

[[providers.openai]]
name = "openai-primary"
enabled = true
api_key = "{openai_key}"
base_url = "{openai}/v1"
timeout_seconds = 30
priority = 1

[[providers.anthropic]]
name = "anthropic-primary"
enabled = true
api_key = "{anthropic_key}"
base_url = "{anthropic}/v1"
timeout_seconds = 30
api_version = "2023-06-01"
priority = 1

[[providers.gemini]]
name = "gemini-primary"
enabled = true
api_key = "{gemini_key}"
base_url = "{gemini}/v1beta"
timeout_seconds = 30
priority = 1
"""
RESPONSES = """
[[providers.openai_responses]]
name = "responses-primary"
enabled = true
api_key = "{responses_key}"
base_url = "{responses}/v1"
timeout_seconds = 30
priority = 1
"""
# Its requests are signed.
BEDROCK = """
[[providers.bedrock]]
name = "bedrock-primary"
region = "eu-central-1"
access_key_id = "AKIDFAKE"
secret_access_key = "fake-bedrock"
base_url = "{bedrock}"
timeout_seconds = 30
"""
KEYS = f"""
[[api_keys]]
key = "{CLIENT_KEY}"
name = "e2e"
enabled = true

"""


def write_config(
    folder: Path, urls: dict[str, str], *, server: str = "", keys: str = KEYS, **provider_keys: str
) -> Path:
    """`server` adds lines to its section; `openai_key="..."` replaces a provider's key."""
    named = {"openai_key": "sk-fake-openai", "anthropic_key": "sk-fake-anthropic", "gemini_key": "fake-gemini"}
    path = folder / "config.toml"
    rules = '"amazon." = "bedrock"\n"us." = "bedrock"\n' if "bedrock" in urls else ""
    if "responses" in urls:
        rules += '"gpt-4.1" = "openai_responses"\n"o4-" = "openai_responses"\n'
    config = CONFIG.format(server=server, keys=keys, rules=rules, **urls, **{**named, **provider_keys})
    if "responses" in urls:
        config += RESPONSES.format(**urls, responses_key=provider_keys.get("responses_key", "sk-fake-responses"))
    if "bedrock" in urls:
        config += BEDROCK.format(**urls)
    path.write_text(config)
    return path


class Gateway:
    """A running gatewayd; its log is kept for the message of a failed test."""

    def __init__(
        self,
        folder: Path,
        config: Path | None,
        scheme: str = "http",
        env: dict[str, str] | None = None,
        wrapper: tuple[str, ...] = (),
        drain: float | None = 0.05,
    ) -> None:
        """Without a configuration it runs on the built-in default, in `folder`. The wrapper ends by becoming the gateway.

        `drain` is how long it waits for clients that keep connections, when it stops; None is its own default.
        """
        self.folder, self.config, self.scheme, self.env = folder, config, scheme, env or {}
        if drain is not None:
            self.env = {"LLM_GATEWAY__SERVER__DRAIN_SECONDS": str(drain), **self.env}
        self.wrapper = wrapper
        self.log = folder / "gatewayd.log"
        self.port = 0

    def __enter__(self) -> "Gateway":
        port_file = self.folder / "port"
        binary = os.environ.get("GATEWAYD")
        if not binary:
            raise RuntimeError("GATEWAYD must name the binary to test")
        config = ["--config", str(self.config)] if self.config else []
        command = [*self.wrapper, binary, "start", *config, "--port-file", str(port_file)]
        with self.log.open("wb") as log:
            # A folder of its own, so that what the gateway writes by default stays out of the repository.
            self.process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.env},
            )
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if port_file.exists() and (text := port_file.read_text().strip()):
                self.port = int(text)
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        self.process.kill()
        self.process.wait()
        raise RuntimeError(f"gatewayd did not start:\n{self.output()}")

    def __exit__(self, kind: object, *_: object) -> None:
        """Asks it to stop; a gateway that crashed, hangs, or was reported on by a sanitizer fails the test."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.returncode != 0 and kind is None:
            raise RuntimeError(f"gatewayd ended with status {self.process.returncode}:\n{self.output()[-4000:]}")

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def output(self) -> str:
        return self.log.read_text(errors="replace")
