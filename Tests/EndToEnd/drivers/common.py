"""What a conversation is, whichever SDK carries it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """Where a client connects and what it asks for. `direct` targets are the fakes themselves."""

    url: str
    key: str
    client: str
    provider: str
    model: str
    thinking_model: str
    direct: bool = False

    def __str__(self) -> str:
        return f"{self.client}-direct" if self.direct else f"{self.client}-to-{self.provider}"


@dataclass(frozen=True)
class Tool:
    name: str
    description: str
    parameters: dict


@dataclass
class Call:
    id: str
    name: str
    arguments: dict


@dataclass
class Options:
    system: str | None = None
    tools: tuple[Tool, ...] = ()
    choice: str | None = None
    """auto, none, required, or a tool's name."""
    parallel: bool = True
    schema: dict | None = None
    json_mode: bool = False
    thinking: bool = False
    max_tokens: int | None = None
    temperature: float | None = None
    stop: tuple[str, ...] = ()


@dataclass
class Answer:
    """`stop` is one of end, length, sequence, calls, filter; formats without a word for `sequence` say end."""

    text: str = ""
    thinking: str = ""
    calls: list[Call] = field(default_factory=list)
    stop: str = ""
    model: str = ""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int | None = None
    events: int = 0


class StreamFailure(Exception):
    """A stream told of its failure in an event that the SDK hands on like every other."""


class Conversation:
    """Keeps the history in the SDK's own shape and sends all of it each time."""

    def __init__(self, target: Target, stream: bool, options: Options | None = None) -> None:
        self.target, self.stream, self.options = target, stream, options or Options()
        self.model = target.thinking_model if self.options.thinking else target.model
        self.open()

    def open(self) -> None:
        raise NotImplementedError

    def say(self, text: str, media: tuple[tuple[str, bytes], ...] = ()) -> Answer:
        """Sends what the user says, with pictures and documents of those MIME types beside it."""
        raise NotImplementedError

    def give_results(self, results: list[tuple[Call, str]]) -> Answer:
        """Answers every call of the latest turn."""
        raise NotImplementedError
