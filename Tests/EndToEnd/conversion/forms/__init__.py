"""The formats: each is listed once, here."""

from . import anthropic, gemini, openai
from .form import Form


def forms() -> dict[str, Form]:
    return {form.name: form for form in (openai.make(), anthropic.make(), gemini.make())}
