"""JSON read so that nothing gets lost: repeated members refused, numbers as they were written."""

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


def ordered(value):
    """For comparisons in which the order of members counts: arguments and schemas."""
    if isinstance(value, dict):
        return ("object", tuple((key, ordered(item)) for key, item in value.items()))
    if isinstance(value, list):
        return tuple(ordered(item) for item in value)
    if isinstance(value, Number):
        return ("number", str(value))
    return value
