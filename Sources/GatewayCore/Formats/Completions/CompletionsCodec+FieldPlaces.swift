extension CompletionsCodec {
    /// The one message is the prompt.
    package func fieldPlaces(in body: JSONObject) -> FieldPlaces {
        FieldPlaces(
            members: ["/top_logprobs": ["/logprobs"], "/messages": ["/prompt"]],
            place: { subject in
                switch subject {
                case .message, .part, .inner: "/prompt"
                case .tool: nil
                }
            })
    }

    package var unseenFields: Set<String> { ["/stream_options/include_obfuscation"] }
}
