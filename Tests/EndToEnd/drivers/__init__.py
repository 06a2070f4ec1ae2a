"""One conversation in every SDK: the same test speaks through any of them."""

from .anthropic_driver import AnthropicConversation
from .bedrock_driver import BedrockConversation
from .common import Answer, Call, Conversation, Options, StreamFailure, Target, Tool
from .gemini_driver import GeminiConversation
from .openai_driver import OpenAIConversation
from .responses_driver import ResponsesConversation

CONVERSATIONS: dict[str, type[Conversation]] = {
    "openai": OpenAIConversation,
    "anthropic": AnthropicConversation,
    "gemini": GeminiConversation,
    "bedrock": BedrockConversation,
    "responses": ResponsesConversation,
}


def talk(target: Target, stream: bool, **options: object) -> Conversation:
    """A conversation in the SDK of the target's client; `options` are those of `Options`."""
    return CONVERSATIONS[target.client](target, stream, Options(**options))  # type: ignore[arg-type]


__all__ = ["CONVERSATIONS", "Answer", "Call", "Conversation", "Options", "StreamFailure", "Target", "Tool", "talk"]
