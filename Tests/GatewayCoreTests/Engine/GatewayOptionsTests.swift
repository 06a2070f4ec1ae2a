import Testing

@testable import GatewayCore

struct GatewayOptionsTests {
    private func options(_ member: String, _ headers: HTTPFields = [:]) throws -> GatewayOptions {
        try GatewayOptions(JSONPeek(Array(#"{"model":"m","x-gateway":\#(member)}"#.utf8)), headers)
    }

    private func refusal(_ member: String, _ headers: HTTPFields = [:]) throws -> ProviderFailure {
        let thrown = #expect(throws: ExchangeFailure.self) { try options(member, headers) }
        return try #require(thrown).failure
    }

    @Test func readsEveryMember() throws {
        let options = try options(
            #"{"provider":"openai","timeout":2.5,"cache":{"ttl":60},"conversion":"strict","metadata":{"feature":"x"},"#
                + #""usage":true}"#)
        #expect(options.isPresent)
        #expect(options.provider == .option("openai"))
        #expect(options.timeout == .seconds(2.5))
        #expect(options.cache == ["ttl": 60])
        #expect(options.conversion == .strict)
        #expect(options.metadata["feature"] == "x")
        #expect(options.wantsCost)
        #expect(try !self.options("{}").wantsCost)
    }

    @Test func takesNothingForNothing() throws {
        #expect(try !GatewayOptions(JSONPeek(Array(#"{"model":"m"}"#.utf8)), [:]).isPresent)
        #expect(try options("null").isPresent)
        #expect(try options(#"{"timeout":null,"cache":null,"metadata":null}"#).timeout == nil)
    }

    @Test func namesUnknownMembers() throws {
        let failure = try refusal(#"{"providers":"openai","provider":"openai","retry":3}"#)
        #expect(failure.status == 400)
        #expect(failure.parameter == "x-gateway")
        #expect(failure.message.contains(#""providers", "retry""#))
    }

    @Test(arguments: [
        (#"{"timeout":0}"#, "x-gateway.timeout"), (#"{"timeout":"5"}"#, "x-gateway.timeout"),
        (#"{"timeout":-1}"#, "x-gateway.timeout"), (#"{"timeout":1e9}"#, "x-gateway.timeout"),
        (#"{"timeout":1e999}"#, "x-gateway.timeout"), (#"{"cache":"no"}"#, "x-gateway.cache"),
        (#"{"provider":7}"#, "x-gateway.provider"), (#"{"usage":1}"#, "x-gateway.usage"),
        (#"{"conversion":"maybe"}"#, "x-gateway.conversion"),
        ("7", "x-gateway"),
    ])
    func refusesValuesOfTheWrongKind(member: String, parameter: String) throws {
        #expect(try refusal(member).parameter == parameter)
    }

    @Test func takesHeadersForClientsThatCannotAddToTheBody() throws {
        let headers: HTTPFields = ["x-gateway-provider": "openai", "x-gateway-timeout": "5", "x-gateway-other": "?"]
        let byHeader = try options("null", headers)
        #expect(byHeader.provider == .header("openai"))
        #expect(byHeader.timeout == .seconds(5))
        #expect(try options(#"{"provider":"gemini"}"#, headers).provider == .option("gemini"))
        #expect(try refusal("null", ["x-gateway-timeout": "soon"]).parameter == "x-gateway-timeout")
    }
}
