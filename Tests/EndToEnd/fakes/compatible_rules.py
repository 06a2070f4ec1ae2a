"""How services that speak OpenAI's chat format differ, as their own pages, SDK types and error messages have it. The address
of each is in the table of docs/PROVIDERS.md; this list was written from the vendors' side, not from the gateway's."""

import re
from dataclasses import dataclass, field

OPENAI_ROLES = {"system", "developer", "user", "assistant", "tool"}
PLAIN_ROLES = {"system", "user", "assistant", "tool"}
# mistralai 3.7.0, ChatCompletionRequest and the message types: pydantic models that forbid everything else.
MISTRAL_FIELDS = {
    *("model", "messages", "temperature", "top_p", "max_tokens", "stream", "stop", "random_seed", "metadata"),
    *("response_format", "tools", "tool_choice", "presence_penalty", "frequency_penalty", "min_tokens", "top_k"),
    *("repetition_penalty", "logprobs", "top_logprobs", "n", "prediction", "parallel_tool_calls", "reasoning_effort"),
    *("prompt_mode", "guardrails", "prompt_cache_key", "service_tier", "safe_prompt"),
}
MISTRAL_MESSAGES = {
    "system": {"role", "content"},
    "user": {"role", "content"},
    "assistant": {"role", "content", "tool_calls", "prefix"},
    "tool": {"role", "content", "tool_call_id", "name"},
}
# perplexityai 0.46.1, CompletionCreateParams.
PERPLEXITY_FIELDS = {
    *("model", "messages", "stream", "max_tokens", "temperature", "top_p", "top_k", "n", "stop", "response_format"),
    *("tools", "tool_choice", "parallel_tool_calls", "presence_penalty", "frequency_penalty", "logprobs"),
    *("top_logprobs", "reasoning_effort", "web_search_options", "search_mode", "stream_mode"),
}


@dataclass
class Rules:
    """What one service refuses, ignores and answers."""

    status: int = 400
    fields: set[str] | None = None
    """The members of a request; None: any."""
    refused: set[str] = field(default_factory=set)
    refused_by_model: dict[str, set[str]] = field(default_factory=dict)
    """Further refused members, by a part of the model's name."""
    ignored: set[str] = field(default_factory=set)
    messages: dict[str, set[str]] | None = None
    """The members of messages by role; None: any."""
    refused_in_messages: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=lambda: OPENAI_ROLES)
    text_only: bool = False
    """Content must be a string."""
    call_ids: str | None = None
    strict: bool = True
    tool_choices: set[str] | None = None
    """The words it takes, and no object; None: everything."""
    formats: set[str] = field(default_factory=lambda: {"text", "json_object", "json_schema"})
    candidates: bool = True
    fetches_images: bool = True
    model: str | None = None
    """What every name of a model must look like."""
    done: bool = True
    usage: str = "asked"
    """asked: in a chunk of its own where the request asks; last: in the last chunk; every: in every chunk; groq."""
    reasoning: str = "reasoning_content"
    pieces: bool = False
    """Reasoning comes as parts of the content."""
    comments: bool = False
    completions: bool = False
    """Has OpenAI's Completions API, too."""

    def refusal(self, body: dict) -> str | None:
        """Why the service refuses the request; None when it takes it."""
        return next(filter(None, self.refusals(body)), None)

    def refusals(self, body: dict):
        allowed = self.fields
        refused = set(self.refused)
        for part, names in self.refused_by_model.items():
            refused |= names if part in body["model"] else set()
        for name in body:
            if name in refused or (allowed is not None and name not in allowed):
                yield f"property '{name}' is unsupported"
        if self.model and not re.search(self.model, body["model"]):
            yield f"the model {body['model']} does not exist"
        if not self.candidates and body.get("n", 1) != 1:
            yield "'n' must be 1"
        for index, message in enumerate(body["messages"]):
            yield self.refusal_of_message(message, f"messages[{index}]")
        for tool in body.get("tools", []):
            if tool["type"] != "function":
                yield f"unknown variant '{tool['type']}', expected 'function'"
            elif not self.strict and "strict" in tool["function"]:
                yield "tools: 'strict' is not supported"
        choice = body.get("tool_choice", "auto")
        if self.tool_choices is not None and (not isinstance(choice, str) or choice not in self.tool_choices):
            yield f"Invalid tool_choice: {choice!r}. Supported: {sorted(self.tool_choices)}"
        form = body.get("response_format", {"type": "text"})["type"]
        if form not in self.formats:
            yield f"'response_format.type' must be one of {sorted(self.formats)}"

    def refusal_of_message(self, message: dict, place: str) -> str | None:
        role = message["role"]
        if role not in self.roles:
            return f"{place}.role: unknown variant '{role}', expected one of {sorted(self.roles)}"
        allowed = None if self.messages is None else self.messages[role]
        for name in message:
            if name in self.refused_in_messages or (allowed is not None and name not in allowed):
                return f"{place}.{name}: Extra inputs are not permitted"
        content = message.get("content")
        if self.text_only and isinstance(content, list):
            return f"{place}.content: invalid type: sequence, expected a string"
        for part in content if isinstance(content, list) else []:
            url = part.get("image_url", {}).get("url", "data:")
            if not self.fetches_images and not url.startswith("data:"):
                return f"{place}: 'url' field must be a base64 encoded image"
        ids = [call["id"] for call in message.get("tool_calls") or []] + [message.get("tool_call_id")]
        for one in filter(None, ids):
            if self.call_ids and not re.fullmatch(self.call_ids, one):
                return f"Tool call id was {one} but must be a-z, A-Z, 0-9, with a length of 9."
        return None


SERVICES: dict[str, Rules] = {
    "groq": Rules(
        refused={"logprobs", "top_logprobs", "logit_bias"},
        refused_in_messages={"name", "reasoning_content"},
        candidates=False,
        usage="groq",
        reasoning="reasoning",
    ),
    "together": Rules(roles=PLAIN_ROLES, refused={"max_completion_tokens"}, strict=False),
    "mistral": Rules(
        status=422,
        fields=MISTRAL_FIELDS,
        messages=MISTRAL_MESSAGES,
        roles=PLAIN_ROLES,
        call_ids="[a-zA-Z0-9]{9}",
        usage="last",
        pieces=True,
    ),
    "deepseek": Rules(
        roles=PLAIN_ROLES,
        refused={"max_completion_tokens"},
        text_only=True,
        formats={"text", "json_object"},
        comments=True,
    ),
    "xai": Rules(
        roles=PLAIN_ROLES,
        refused={"web_search_options"},
        refused_by_model={"grok-4": {"stop", "presence_penalty", "frequency_penalty"}},
        refused_in_messages={"name"},
    ),
    "openrouter": Rules(roles=PLAIN_ROLES, reasoning="reasoning", comments=True),
    "fireworks": Rules(model="^accounts/fireworks/models/"),
    "perplexity": Rules(
        fields=PERPLEXITY_FIELDS,
        roles=PLAIN_ROLES,
        tool_choices={"none", "auto", "required"},
        done=False,
        usage="every",
    ),
    "cerebras": Rules(roles=PLAIN_ROLES, refused_in_messages={"reasoning_content"}, reasoning="reasoning"),
    "cohere": Rules(
        refused={
            *("store", "metadata", "logit_bias", "top_logprobs", "max_completion_tokens", "modalities"),
            *("prediction", "audio", "service_tier", "parallel_tool_calls"),
        },
        candidates=False,
        done=False,
    ),
    "moonshot": Rules(
        roles=PLAIN_ROLES,
        refused={"max_completion_tokens"},
        text_only=True,
        strict=False,
        tool_choices={"none", "auto"},
    ),
    "zai": Rules(roles=PLAIN_ROLES, refused={"max_completion_tokens"}, formats={"text", "json_object"}),
    "deepinfra": Rules(text_only=True, refused={"max_completion_tokens"}, tool_choices={"none", "auto"}),
    "ollama": Rules(
        roles=PLAIN_ROLES,
        ignored={"max_completion_tokens", "tool_choice", "n", "logit_bias", "user"},
        fetches_images=False,
        reasoning="reasoning",
    ),
    "lmstudio": Rules(
        roles=PLAIN_ROLES,
        ignored={"max_completion_tokens"},
        tool_choices={"none", "auto", "required"},
        formats={"text", "json_schema"},
        fetches_images=False,
    ),
    "llamacpp": Rules(
        roles=PLAIN_ROLES, ignored={"max_completion_tokens"}, strict=False, tool_choices={"none", "auto", "required"}
    ),
    "vllm": Rules(reasoning="reasoning"),
}

for _name in ("together", "openrouter", "fireworks", "cerebras", "deepinfra", "ollama", "lmstudio", "llamacpp", "vllm"):
    SERVICES[_name].completions = True
