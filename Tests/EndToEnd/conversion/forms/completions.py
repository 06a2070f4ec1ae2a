"""OpenAI Completions, the legacy API."""

from openai.types.completion_create_params import CompletionCreateParamsStreaming

from ..shapes import Object, Types
from .form import Form


def make() -> Form:
    root = Types().shapes(CompletionCreateParamsStreaming)[0]
    assert isinstance(root, Object)
    return Form(
        name="completions",
        root=root,
        body={"prompt": "Hello"},
        left_out={"model": "names the route"},
        samples={
            "best_of": 3,
            "frequency_penalty": 0.5,
            "logit_bias": {"50256": -7},
            "logprobs": 3,
            "max_tokens": 321,
            "n": 3,
            "prompt[](str)": "mark-prompt",
            "prompt[](int)": 7,
            "prompt[][]": 7,
            "seed": 4711,
            "stop[]": "mark-stop",
        },
        moot={"stream_options.include_usage": "the gateway asks every provider, and tells who asks for it"},
        alongside={"stream_options": {"stream": True}, "best_of": {"n": 1}},
    )
