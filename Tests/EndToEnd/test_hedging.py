"""A second instance that is asked while the first one hangs."""

import json
import time
from pathlib import Path

import pytest

from conftest import MODELS
from raw import ask, key_header, request, wait_for
from records import observability, price, row
from test_faults import FIRST_BYTE_LIMIT, instances_of

HEDGE_AFTER = 0.3
ASKED = 16


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("client", ["openai", "anthropic", "gemini"])
def test_nobody_waits_for_an_instance_that_hangs(tmp_path: Path, client: str, stream: bool) -> None:
    """PITFALLS 23 holds beside it: the loser gives its place back, and what it cost stands in the record, as an estimate."""
    settings = f'[routing.hedge_after_ms]\n"*" = {HEDGE_AFTER * 1000:.0f}\n' + observability(tmp_path)
    settings += price("openai", MODELS["openai"]) + "[limits.providers.openai]\nconcurrent = 2\n"
    with instances_of("ab", tmp_path, settings) as (gateway, [first, second]):
        first.stop()
        hedged = 0
        for _ in range(ASKED):
            began = time.monotonic()
            reply = ask(gateway.url, client, MODELS["openai"], "say: well", stream)
            took = time.monotonic() - began
            assert reply.status == 200 and b"error" not in reply.body, reply.body
            record = row(gateway, reply.headers["x-request-id"])
            assert record["status"] == "success" and record["instance"] == "b"
            if record["attempt_log"] is None:
                continue
            hedged += 1
            # Not the second that the hanging one has for its first byte.
            assert HEDGE_AFTER <= took < FIRST_BYTE_LIMIT
            loser, winner = json.loads(record["attempt_log"])
            assert (loser["instance"], loser["then"], winner["instance"]) == ("a", "hedge", "b")
            assert "error_type" not in loser and "http_status" not in loser and winner["http_status"] == 200
            assert loser["usage_estimated"] == 1 and loser["input_tokens"] > 0 and loser["cost_usd"] > 0
            assert "usage_estimated" not in winner and record["usage_estimated"] == 0
            # The row tells of the answer alone.
            assert record["output_tokens"] == winner["output_tokens"]
        assert 0 < hedged < ASKED

        def in_flight() -> list[int]:
            status = request(gateway.url, "GET", "/api/v1/providers/status", headers=key_header("openai")).json
            return [one["in_flight"] for one in status["providers"][0]["instances"]]

        wait_for(lambda: in_flight() == [0, 0], 2)
        first.go_on()
