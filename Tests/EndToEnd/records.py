"""The request log as a program reads it, and what its rows must say."""

import contextlib
import sqlite3
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from gateway import Gateway
from raw import wait_for

WAIT = 5.0
# USD for a million tokens, with so many digits that a rounded sum shows.
PRICES = {
    "input": "1.234567",
    "output": "7.654321",
    "cached_input": "0.111113",
    "cache_write": "2.222227",
    "cache_write_1h": "3.333331",
    "reasoning": "9.999991",
}


@dataclass(frozen=True)
class Counts:
    """What a fake is asked to report: `usage F C W O R L`."""

    fresh: int = 0
    cached: int = 0
    written: int = 0
    output: int = 0
    reasoning: int = 0
    written_long: int = 0

    @property
    def text(self) -> str:
        numbers = (self.fresh, self.cached, self.written, self.output, self.reasoning, self.written_long)
        return "usage " + " ".join(map(str, numbers))


def observability(folder: Path) -> str:
    return f'\n[observability]\nenabled = true\ndatabase_path = "{folder / "observability.db"}"\n'


def price(provider: str, model: str) -> str:
    lines = "\n".join(f"{name} = {amount}" for name, amount in PRICES.items())
    return f'\n[[prices.models]]\nprovider = "{provider}"\nmodel = "{model}"\n{lines}\n'


def has_tables(path: Path) -> bool:
    """The file is there a moment before its tables, which all come at once."""
    if not path.exists():
        return False
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        try:
            (version,) = database.execute("PRAGMA user_version").fetchone()
        except sqlite3.OperationalError:
            # It is being made at this moment.
            return False
    return version > 0


def rows(gateway: Gateway, query: str, *values: object, folder: Path | None = None) -> list[dict]:
    path = (folder or gateway.folder) / "observability.db"
    # A copy has no index of its log yet, which is made by who may write.
    mode = "rw" if folder else "ro"
    if folder is None:
        wait_for(lambda: has_tables(path), WAIT)
    with sqlite3.connect(f"file:{path}?mode={mode}", uri=True) as database:
        database.row_factory = sqlite3.Row
        found = [dict(row) for row in database.execute(query, values)]
    database.close()
    return found


def row(gateway: Gateway, request_id: str) -> dict:
    """The one row of that request, once it is written."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        found = rows(gateway, "SELECT * FROM requests WHERE request_id = ?", request_id)
        assert len(found) <= 1, "a request has one record"
        if found:
            return found[0]
        time.sleep(0.02)
    raise AssertionError(f"no record of {request_id}:\n{gateway.output()[-2000:]}")


def expected(kind: str, counts: Counts) -> dict[str, int | None]:
    """The row's figures for what a fake of that kind reports. OpenAI's and Gemini's know no caches that live an hour, and
    Gemini's tells no writing."""
    fresh, written, long = counts.fresh, counts.written, counts.written_long
    match kind:
        case "openai":
            long = 0
        case "gemini":
            fresh, written, long = fresh + written, 0, 0
    output = counts.output + counts.reasoning
    # Converse does not say what of the output was reasoning.
    reasoning = 0 if kind == "converse" else counts.reasoning
    total_input = fresh + counts.cached + written + long
    amounts = {
        "input_cost_pico": pico(fresh, "input"),
        "cache_read_cost_pico": pico(counts.cached, "cached_input"),
        "cache_write_cost_pico": pico(written, "cache_write") + pico(long, "cache_write_1h"),
        "output_cost_pico": pico(output - reasoning, "output") + pico(reasoning, "reasoning"),
    }
    return {
        "input_tokens": total_input,
        "cache_read_input_tokens": counts.cached,
        "cache_creation_input_tokens": written + long,
        "cache_creation_1h_input_tokens": long,
        "output_tokens": output,
        "reasoning_tokens": reasoning,
        "total_tokens": total_input + output,
        **amounts,
        "total_cost_pico": sum(amounts.values()),
    }


def pico(tokens: int, kind: str) -> int:
    amount = Decimal(PRICES[kind]) / 1_000_000 * tokens * 10**12
    assert amount == int(amount), "the prices of the test have six decimals"
    return int(amount)


def figures(record: dict) -> dict[str, int]:
    """What is NULL counts as 0 where nothing of it was reported, but never in a sum."""
    names = list(expected("anthropic", Counts()))
    for name in ("input_tokens", "output_tokens", "total_tokens", "total_cost_pico"):
        assert record[name] is not None, f"{name} is unknown"
    return {name: record[name] or 0 for name in names}
