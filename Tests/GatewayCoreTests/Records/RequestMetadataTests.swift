import Testing

@testable import GatewayCore

struct RequestMetadataTests {
    private func record(metadata: String) async throws -> (status: Int, record: RequestRecord?) {
        let bench = try GatewayBench(
            ScriptedTransport(.failure(.unreachable(detail: "")), .failure(.unreachable(detail: ""))))
        let answer = await bench.answer(
            .openAI, #"{"model":"o-1","messages":[],"x-gateway":{"metadata":\#(metadata)}}"#)
        return (answer.status, bench.log.records.first)
    }

    @Test func standsInTheRecordAsText() async throws {
        let (_, record) = try await record(
            metadata: #"{"feature":"search \u00fc","user_id":1234567890123456789012,"beta":true}"#)
        let metadata = try #require(record).metadata
        #expect(metadata["feature"] == "search ü")
        #expect(metadata["user_id"] == "1234567890123456789012")
        #expect(metadata["beta"] == "true")
        #expect(metadata.fields.count == 3)
    }

    @Test(arguments: [
        "7", "[]", #"{"a":null}"#, #"{"a":{}}"#, #"{"a":[1]}"#, #"{"":"x"}"#,
        "{\"\(String(repeating: "k", count: 65))\":\"x\"}", "{\"k\":\"\(String(repeating: "v", count: 513))\"}",
        "{\((0...16).map { "\"k\($0)\":1" }.joined(separator: ","))}",
    ])
    func beyondItsBoundsIsRefused(metadata: String) async throws {
        let (status, record) = try await record(metadata: metadata)
        #expect(status == 400)
        #expect(try #require(record).failure?.parameter == "x-gateway.metadata")
        #expect(try #require(record).metadata.isEmpty)
    }

    @Test func anAbsentOneIsEmpty() async throws {
        let (status, record) = try await record(metadata: "null")
        #expect(status != 400)
        #expect(try #require(record).metadata.isEmpty)
    }
}
