"""Fixtures read so that nothing gets lost: repeated members refused, numbers as they were written, frames whole."""

import json

# What stands for a tool that takes free text where tools take JSON.
FREE_TEXT = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}


class Number(str):
    """A number as it was written, so that 1.0 is not 1."""


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"member written twice in {keys}")
    return dict(pairs)


def exact(text: str):
    return json.loads(text, parse_int=Number, parse_float=Number, object_pairs_hook=unique)


def frames(text: str):
    """(event, data) of a stream; the fixtures have one data line a frame."""
    if "\r" in text or not text.endswith("\n\n"):
        raise ValueError("frames end in a blank line, lines in LF")
    for block in text[:-2].split("\n\n"):
        *head, data = block.split("\n")
        if not data.startswith("data: ") or len(head) > 1 or head and not head[0].startswith("event: "):
            raise ValueError(f"not a frame: {block[:60]}")
        yield (head[0][7:] if head else None), data[6:]


def media_of_url(url: str):
    """(what it is, its type, its bytes in base64 or its address)"""
    return ("media", *url[5:].split(";base64,")) if url.startswith("data:") else ("media", "", url)


def ordered(value):
    """For comparisons in which the order of members counts: arguments and schemas."""
    if isinstance(value, dict):
        return ("object", tuple((key, ordered(item)) for key, item in value.items()))
    if isinstance(value, list):
        return tuple(ordered(item) for item in value)
    if isinstance(value, Number):
        return ("number", str(value))
    return value
