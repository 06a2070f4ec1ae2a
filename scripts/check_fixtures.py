#!/usr/bin/env python3
"""Checks Tests/Fixtures/Conversations against the vendors' SDK types, and the fixtures against each other.

Needs `pip install openai anthropic google-genai botocore`; run it with that Python. Exit status 1 and a list if anything is
wrong.

1. Every file validates against the SDK's types, unknown members refused (the case `unknown_fields` excepted).
2. Every stream keeps its vendor's order, and its fold (written here, independent of the gateway) is the reply.
3. For every pair of formats the golden of the target says what the source says: text, media, tool calls and results,
   tools, limits, stop reason, and usage by the table of WIRE_FORMATS section 8b.
"""

import json
import pathlib
import re
import sys

import pydantic

from fixture_checks.folds import FOLD
from fixture_checks.meaning import candidates_of, failure_of, request_of, same_usage, usage_of
from fixture_checks.reading import exact, ordered
from fixture_checks.sdk_types import check_types

ROOT = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/Conversations"
FORMATS = ("openai", "responses", "completions", "anthropic", "gemini", "converse")
NAME = re.compile(rf"({'|'.join(FORMATS)})(?:\.from-({'|'.join(FORMATS)}))?\.(request|reply|failure)\.json$")

problems: list[str] = []
counts: dict[str, int] = {}


def count(what: str) -> None:
    counts[what] = counts.get(what, 0) + 1


IGNORED = ("id", "responseId", "created", "created_at", "metrics")


def compare_pair(kind: str, source: str, target: str, said, golden) -> None:
    if kind == "request":
        left, right = request_of(source, said), request_of(target, golden)
        if "anthropic" in (source, target) and left["settings"][0] in (None, ("number", "4096")):
            right["settings"][0] = left["settings"][0]
        if "responses" in (source, target):
            # It has no stop sequences.
            left["settings"].pop(), right["settings"].pop()
        if left != right:
            differing = [key for key in left if left[key] != right[key]]
            raise ValueError(
                f"{differing}: {[left[key] for key in differing]} is told as {[right[key] for key in differing]}"
            )
    elif kind == "reply":
        left, right = list(candidates_of(source, said)), list(candidates_of(target, golden))
        if left != right:
            raise ValueError(f"{left} is told as {right}")
        if not same_usage(usage_of(source, said), usage_of(target, golden)):
            raise ValueError(f"usage {usage_of(source, said)} is told as {usage_of(target, golden)}")
    elif failure_of(source, said) != failure_of(target, golden):
        raise ValueError(f"{failure_of(source, said)} is told as {failure_of(target, golden)}")


def check_case(folder: pathlib.Path) -> None:
    lenient = folder.name in ("unknown_fields", "completion_options")
    own, override, streams = {}, {}, {}
    about = json.loads((folder / "case.json").read_bytes())
    if not {"description", "source", "model"} <= about.keys() <= {"description", "source", "notes", "model"}:
        problems.append(f"{folder.name}/case.json: members")

    def attempt(what: str, work, *arguments) -> None:
        try:
            work(*arguments)
        except (ValueError, KeyError, TypeError, AttributeError, UserWarning, pydantic.ValidationError) as error:
            problems.append(f"{folder.name}/{what}: {type(error).__name__}: {str(error)[:900]}")

    for file in sorted(folder.iterdir()):
        text = file.read_bytes().decode("utf-8")
        if file.name == "case.json":
            continue
        if match := NAME.match(file.name):
            target, source, kind = match.groups()
            value = exact(text)
            (override if source else own)[(kind, target, source) if source else (kind, target)] = value
            if not (lenient and kind == "request"):
                attempt(file.name, check_types, target, kind, json.loads(text), lenient)
            if kind == "request" and value.get("model", about["model"]) != about["model"]:
                problems.append(f"{folder.name}/{file.name}: model")
            count(f"{target} {kind}")
        elif file.name in [f"{format}.stream.{'jsonl' if format == 'converse' else 'sse'}" for format in FORMATS]:
            streams[file.name.split(".")[0]] = text
            count(f"{file.name.split('.')[0]} stream")
        else:
            problems.append(f"{folder.name}/{file.name}: not a fixture's name")

    def check_stream(format: str, text: str) -> None:
        folded, failure = FOLD[format](text, lenient)
        if failure is not None:
            expected = (
                "truncated"
                if folder.name.startswith("truncated")
                else own.get(("failure", format), {}).get("body", {}).get("error")
            )
            told = (
                failure
                if failure == "truncated"
                else getattr(failure, "message", None) or failure.get("message") or failure["error"]["message"]
            )
            if format == "converse" and expected is None:
                expected = own[("failure", format)]["body"]
            if told != (expected if expected == "truncated" else expected["message"]):
                raise ValueError(f"ends in {told}")
            return
        reply = own[("reply", format)]
        left, right = ({key: item for key, item in value.items() if key not in IGNORED} for value in (folded, reply))
        if ordered_arguments(format, left) != ordered_arguments(format, right):
            raise ValueError(f"folds to {left}, the reply is {right}")
        count("folds that are the reply")

    for format, text in streams.items():
        attempt(f"{format}.stream.sse", check_stream, format, text)
    for kind, format in own:
        if kind == "reply" and format not in streams:
            problems.append(f"{folder.name}: {format} has a reply and no stream")
    for (kind, target, source), value in override.items():
        if (kind, source) not in own or own.get((kind, target)) == value:
            problems.append(
                f"{folder.name}/{target}.from-{source}.{kind}.json: without source, or equal to the target's own"
            )
    for (kind, source), said in own.items():
        for target in FORMATS:
            golden = override.get((kind, target, source), own.get((kind, target)))
            if target != source and golden is not None:
                attempt(f"{source} -> {target} {kind}", compare_pair, kind, source, target, said, golden)
                count(f"pairs of {kind}")


def ordered_arguments(format: str, reply):
    """The order of members counts in tool arguments and nowhere else."""
    if format == "anthropic":
        return {
            **reply,
            "content": [
                {**block, "input": ordered(block["input"])} if "input" in block else block for block in reply["content"]
            ],
        }
    return reply


def main() -> int:
    folders = sorted(path for path in ROOT.iterdir() if path.is_dir())
    for folder in folders:
        check_case(folder)
    for problem in problems:
        print(problem)
    print(f"{len(folders)} cases; " + ", ".join(f"{number} {what}" for what, number in sorted(counts.items())))
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
