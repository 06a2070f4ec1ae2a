/// What makes two requests the same to the response cache: the client's format, whose cache it is, the provider it asked for,
/// and the body in canonical form.
///
/// The key holds the whole canonical body, so that equal keys are equal requests and not only equal digests.
package struct CacheKey: Sendable, Hashable {
    /// Canonical JSON of everything above.
    package let bytes: [UInt8]

    /// - Parameters:
    ///   - scope: who shares the answers: the name of a client's key, or nil for all.
    ///   - provider: the provider where the client or the address fixes it.
    ///   - model: as the client named it.
    ///   - variant: what else of the request changes the answer, in any form.
    ///   - body: the request's; what does not change the answer is left out.
    package init(
        format: WireFormat, scope: String?, provider: String?, model: String, variant: String = "", body: JSONObject
    ) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        let head: JSONValue = .array([
            .string(format.rawValue), scope.map { .string($0) } ?? .null, provider.map { .string($0) } ?? .null,
            .string(model), .string(variant),
        ])
        head.write(into: &bytes)
        Self.writeCanonically(Self.relevantMembers(of: body), into: &bytes)
        self.bytes = bytes
    }

    /// Streamed and whole answers serve each other, and the gateway's own options are no part of the question.
    private static let irrelevant = ["model", "stream", "stream_options", GatewayOptions.key]

    private static func relevantMembers(of body: JSONObject) -> JSONObject {
        JSONObject(members: body.members.filter { member in !irrelevant.contains { member.isNamed($0) } })
    }

    /// Without white space and with members in the order of their names' bytes; numbers keep their text. Of members that stand
    /// twice the last counts, as in every reader of ours.
    private static func writeCanonically(_ value: JSONValue, into bytes: inout [UInt8]) {
        switch value {
        case .object(let object): writeCanonically(object, into: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                writeCanonically(element, into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .null, .bool, .number, .string: value.write(into: &bytes)
        }
    }

    private static func writeCanonically(_ object: JSONObject, into bytes: inout [UInt8]) {
        let order = object.members.enumerated().sorted { one, other in
            if one.element.isNamed(other.element.key) { return one.offset < other.offset }
            return one.element.key.utf8.lexicographicallyPrecedes(other.element.key.utf8)
        }
        bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        for (place, member) in order.enumerated() {
            if place + 1 < order.count, order[place + 1].element.isNamed(member.element.key) { continue }
            JSONText.writeKey(member.element.key, isFirst ? .first : .later, into: &bytes)
            writeCanonically(member.element.value, into: &bytes)
            isFirst = false
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
