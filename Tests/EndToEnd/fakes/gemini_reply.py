"""A plan in the words of generateContent: a whole reply, or the chunks of a stream."""

import itertools
import json
from collections.abc import AsyncIterator

from .gemini_rules import MODELS, call_text
from .http_server import Abort
from .provider import text_pieces
from .script import Plan
from .signatures import Signer

FINISH = {"end": "STOP", "sequence": "STOP", "calls": "STOP", "length": "MAX_TOKENS", "filter": "SAFETY"}
numbers = itertools.count(1)


class GeminiReply:
    def __init__(self, body: dict, plan: Plan, model: str, signer: Signer) -> None:
        self.plan, self.model, self.signer = plan, model, signer
        config = body.get("generationConfig", {})
        self.shows_thoughts = config.get("thinkingConfig", {}).get("includeThoughts", False)
        self.candidates = config.get("candidateCount", 1)
        self.wants_logprobs = config.get("responseLogprobs", False)
        self.signs = MODELS[model].needs_signatures or bool(plan.thinking)
        self.id = f"fake{next(numbers)}"

    def usage(self, spoken: int) -> dict:
        usage = self.plan.usage
        prompt = usage.fresh + usage.cached + usage.written
        output = min(spoken, usage.output) * self.candidates
        counts = {
            "promptTokenCount": prompt,
            "cachedContentTokenCount": usage.cached,
            "candidatesTokenCount": output,
            "thoughtsTokenCount": usage.reasoning,
            "totalTokenCount": prompt + output + usage.reasoning,
        }
        details = [{"modality": "TEXT", "tokenCount": prompt}]
        return {**{name: count for name, count in counts.items() if count}, "promptTokensDetails": details}

    def envelope(self, candidates: list[dict], spoken: int) -> dict:
        body = {"candidates": candidates} if candidates else {}
        return {**body, "usageMetadata": self.usage(spoken), "modelVersion": self.model, "responseId": self.id}

    def call_parts(self) -> list[dict]:
        parts: list[dict] = []
        for index, (name, arguments) in enumerate(self.plan.calls):
            call: dict = {"name": name, "args": arguments}
            if MODELS[self.model].needs_signatures:
                call["id"] = f"{self.id}{index}"
            part = {"functionCall": call}
            # Only the first of parallel calls is signed.
            if self.signs and index == 0:
                part["thoughtSignature"] = self.signer.sign(call_text(call))
            parts.append(part)
        return parts

    def thought_part(self, text: str) -> dict:
        return {"text": text, "thought": True}

    def blocked(self) -> dict:
        feedback = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT", "safetyRatings": []}}
        return {**feedback, **self.envelope([], 0)}

    def whole(self) -> dict:
        if self.plan.stop == "refusal":
            return self.blocked()
        parts: list[dict] = []
        if self.plan.thinking and self.shows_thoughts:
            parts.append(self.thought_part("".join(self.plan.thinking)))
        if self.plan.text:
            part: dict = {"text": "".join(self.plan.text)}
            if self.signs and not self.plan.calls:
                part["thoughtSignature"] = self.signer.sign("text")
            parts.append(part)
        parts += self.call_parts()
        candidates = [self.candidate(index, parts, FINISH[self.plan.stop]) for index in range(self.candidates)]
        if self.wants_logprobs:
            chosen = [{"token": text, "tokenId": 7, "logProbability": -0.25} for text in self.plan.text]
            for candidate in candidates:
                candidate |= {"avgLogprobs": -0.25, "logprobsResult": {"chosenCandidates": chosen}}
        return self.envelope(candidates, self.plan.usage.output)

    @staticmethod
    def candidate(index: int, parts: list[dict], finish: str | None = None) -> dict:
        content: dict = {"role": "model"}
        if parts:
            content["parts"] = parts
        candidate = {"content": content, "index": index}
        return {**candidate, "finishReason": finish} if finish else candidate

    def chunk(self, parts: list[dict], spoken: int, finish: str | None = None) -> bytes:
        candidates = [self.candidate(index, parts, finish) for index in range(self.candidates)]
        return self.encoded(self.envelope(candidates, spoken))

    @staticmethod
    def encoded(body: dict) -> bytes:
        return json.dumps(body, ensure_ascii=False).encode()

    async def stream(self) -> AsyncIterator[bytes]:
        if self.plan.stop == "refusal":
            yield self.encoded(self.blocked())
            return
        if self.shows_thoughts:
            for piece in self.plan.thinking:
                yield self.chunk([self.thought_part(piece)], 0)
        async for position, piece in text_pieces(self.plan):
            if self.plan.error_after is not None and position >= self.plan.error_after:
                detail = {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}
                yield self.encoded({"error": detail})
                raise Abort
            yield self.chunk([{"text": piece}], position + 1)
        # The calls and the reason to finish come in different chunks.
        for part in self.call_parts():
            yield self.chunk([part], self.plan.usage.output)
        last: list[dict] = []
        if self.signs and not self.plan.calls:
            last = [{"text": "", "thoughtSignature": self.signer.sign("text")}]
        yield self.chunk(last, self.plan.usage.output, FINISH[self.plan.stop])
