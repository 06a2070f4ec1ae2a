import Testing

@testable import GatewayCore

struct ToolParametersTests {
    private func schema(_ parameters: JSONValue?) -> (schema: JSONValue, notes: [ConversionNote]) {
        var notes: [ConversionNote] = []
        return (parameters.objectSchema(for: .anthropic, at: "/tools/0", &notes), notes)
    }

    @Test(arguments: [nil, JSONValue.null, [:]]) func aToolWithoutArgumentsHasAnEmptyObject(_ parameters: JSONValue?) {
        let (schema, notes) = schema(parameters)
        #expect(schema == ["type": "object", "properties": [:]])
        #expect(notes.isEmpty)
    }

    @Test func theTypeComesFirstWhereItIsMissing() {
        let (schema, notes) = schema(["properties": ["a": ["type": "string"]]])
        #expect(schema == ["type": "object", "properties": ["a": ["type": "string"]]])
        #expect(schema.object?.keys.first == "type" && notes.isEmpty)
    }

    @Test func aTypeThatIsGivenStays() {
        #expect(schema(["type": "string"]).schema == ["type": "string"])
    }

    @Test func whatIsNoObjectIsOpenedAndTold() {
        let (schema, notes) = schema(true)
        #expect(schema == ["type": "object"])
        #expect(notes.map(\.pointer) == ["/tools/0/parameters"] && notes.map(\.action) == [.changed])
        #expect(notes.first?.message.hasPrefix("Anthropic Messages takes") == true)
    }
}
