"""The google-genai SDK. The parts of each reply go back as they came, thought signatures included."""

from google.genai import types

from .clients import google_client
from .common import Answer, Call, Conversation

STOP = {"STOP": "end", "MAX_TOKENS": "length", "SAFETY": "filter", "PROHIBITED_CONTENT": "filter"}


class GeminiConversation(Conversation):
    def open(self) -> None:
        self.client = google_client(self.target.url, self.target.key)
        self.contents: list[types.Content] = []

    def say(self, text: str, media: tuple[tuple[str, bytes], ...] = ()) -> Answer:
        parts = [types.Part.from_bytes(data=data, mime_type=mime) for mime, data in media]
        self.contents.append(types.Content(role="user", parts=[*parts, types.Part(text=text)]))
        return self.send()

    def give_results(self, results: list[tuple[Call, str]]) -> Answer:
        parts = [
            types.Part(
                function_response=types.FunctionResponse(id=call.id or None, name=call.name, response={"output": text})
            )
            for call, text in results
        ]
        self.contents.append(types.Content(role="user", parts=parts))
        return self.send()

    def config(self) -> types.GenerateContentConfig:
        options = self.options
        config = types.GenerateContentConfig(
            system_instruction=options.system,
            max_output_tokens=options.max_tokens,
            temperature=options.temperature,
            stop_sequences=list(options.stop) or None,
        )
        config.automatic_function_calling = types.AutomaticFunctionCallingConfig(disable=True)
        if options.tools:
            declarations = [
                types.FunctionDeclaration(
                    name=tool.name, description=tool.description, parameters_json_schema=tool.parameters
                )
                for tool in options.tools
            ]
            config.tools = [types.Tool(function_declarations=declarations)]
        if options.choice:
            modes = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
            calling = types.FunctionCallingConfig(mode=modes.get(options.choice, "ANY"))  # type: ignore[arg-type]
            if options.choice not in modes:
                calling.allowed_function_names = [options.choice]
            config.tool_config = types.ToolConfig(function_calling_config=calling)
        if options.schema:
            config.response_mime_type, config.response_json_schema = "application/json", options.schema
        if options.json_mode:
            config.response_mime_type = "application/json"
        if options.thinking:
            config.thinking_config = types.ThinkingConfig(include_thoughts=True, thinking_budget=2048)
        return config

    def send(self) -> Answer:
        arguments: dict = {"model": self.model, "contents": self.contents, "config": self.config()}
        if self.stream:
            replies = list(self.client.models.generate_content_stream(**arguments))
        else:
            replies = [self.client.models.generate_content(**arguments)]
        answer = Answer(events=len(replies))
        parts: list[types.Part] = []
        for reply in replies:
            self.add(answer, parts, reply)
        if answer.calls and answer.stop == "end":
            answer.stop = "calls"
        if parts:
            self.contents.append(types.Content(role="model", parts=parts))
        return answer

    @staticmethod
    def add(answer: Answer, parts: list[types.Part], reply: types.GenerateContentResponse) -> None:
        answer.model = reply.model_version or answer.model
        if reply.prompt_feedback and reply.prompt_feedback.block_reason:
            answer.stop = "filter"
        for candidate in reply.candidates or []:
            for part in (candidate.content and candidate.content.parts) or []:
                # A part without data that carries nothing is no part to send back.
                if part.text != "" or part.thought_signature:
                    parts.append(part)
                if part.function_call:
                    call = part.function_call
                    answer.calls.append(Call(call.id or "", call.name or "", call.args or {}))
                elif part.thought:
                    answer.thinking += part.text or ""
                else:
                    answer.text += part.text or ""
            if candidate.finish_reason:
                answer.stop = STOP[candidate.finish_reason.value]
        usage = reply.usage_metadata
        if usage:
            answer.prompt_tokens = usage.prompt_token_count or 0
            answer.cached_tokens = usage.cached_content_token_count or 0
            answer.reasoning_tokens = usage.thoughts_token_count or 0
            answer.output_tokens = (usage.candidates_token_count or 0) + answer.reasoning_tokens
