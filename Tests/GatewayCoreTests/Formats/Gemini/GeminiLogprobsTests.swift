import Testing

@testable import GatewayCore

struct GeminiLogprobsTests {
    @Test func sumsAndIdentifiersComeBack() throws {
        let text =
            #"{"candidates":[{"content":{"parts":[{"text":"a"}],"role":"model"},"finishReason":"STOP","index":0,"logprobsResult":{"chosenCandidates":[{"token":"a","tokenId":7,"logProbability":-0.50}],"topCandidates":[{"candidates":[{"token":"b","tokenId":8,"logProbability":-1}]}],"logProbabilitySum":-0.5}}],"modelVersion":"m","responseId":"r"}"#
        let reply = try GeminiTest.decodeReply(text)
        let position = try #require(reply.candidates[0].logprobs?.positions.first)
        #expect(position.chosen == Logprobs.Entry(token: "a", logprob: JSONNumber(validText: "-0.50"), tokenID: 7))
        #expect(position.top.map(\.token) == ["b"])
        let written = GeminiTest.codec.encodeReply(reply, for: GeminiTest.echo)
        #expect(WireComparison.canonical(.object(written)) == WireComparison.canonical(try JSONValue(parsing: text)))
    }

    @Test func certaintyMayBeLeftOut() throws {
        let reply = try GeminiTest.decodeReply(
            #"{"candidates":[{"logprobsResult":{"chosenCandidates":[{"token":"a"},{"x":1}],"topCandidates":[1]}}]}"#)
        #expect(
            reply.candidates[0].logprobs?.positions
                == [Logprobs.Position(chosen: Logprobs.Entry(token: "a", logprob: JSONNumber(0)), top: [])])
    }
}
