import GatewayCore

extension InboundCall {
    /// Makes a call of Bedrock's InvokeModel one of Anthropic's own API: the address' model and stream go into the body, the
    /// betas of the body into their header. A body that is no JSON object stays as it is, for the engine to refuse.
    ///
    /// - Parameter model: as the address names it.
    ///
    /// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
    func becomeAnthropic(model: String, isStreaming: Bool) {
        guard let json = try? JSONPeek(body), json.root.kind == .object else { return }
        var edits: [JSONEdit] = [.set("/model", .string(model)), .set("/stream", .bool(isStreaming))]
        for key in ["anthropic_version", "anthropic_beta"] where json[key] != nil {
            edits.append(.remove(JSONPointer(tokens: [key])))
        }
        let betas = json["anthropic_beta"].flatMap { json.tree(of: $0).array }?.compactMap(\.string) ?? []
        if !betas.isEmpty, betas.allSatisfy(Self.isHeaderValue) {
            headers.append("anthropic-beta", betas.joined(separator: ","))
        }
        body = (try? json.bytes(applying: edits)) ?? body
    }

    private static func isHeaderValue(_ text: String) -> Bool {
        text.utf8.count <= 256 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }
    }
}
