"""The formats: each is listed once, here."""

from . import anthropic, completions, converse, gemini, openai, responses
from .form import Form


def forms() -> dict[str, Form]:
    makers = (openai, responses, completions, anthropic, gemini, converse)
    return {form.name: form for form in (maker.make() for maker in makers)}
