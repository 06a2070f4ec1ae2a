import Testing

@testable import GatewayCore

struct KeyRingTests {
    private let ring = KeyRing(
        GatewayConfiguration(apiKeys: [
            GatewayKey(name: "app", key: "sk-app"), GatewayKey(name: "old", key: "sk-old", isEnabled: false),
        ]))

    @Test(arguments: [
        ("authorization", "Bearer sk-app"), ("Authorization", "bearer  sk-app"), ("x-api-key", "sk-app"),
        ("x-goog-api-key", "sk-app"), ("api-key", "sk-app"),
        ("authorization", "AWS4-HMAC-SHA256 Credential=sk-app/20261121/us-east-1/bedrock/aws4_request, Signature=0"),
    ])
    func findsTheKeyWhereEachApiPutsIt(header: String, value: String) {
        #expect(ring.identify(ClientCredentials(headers: [header: value]))?.keyName == "app")
    }

    @Test func readsTheQuery() {
        #expect(ring.identify(ClientCredentials(headers: [:], queryKey: "sk-app"))?.keyName == "app")
    }

    @Test(arguments: ["sk-app2", "sk-ap", "", "sk-old", "SK-APP"])
    func refusesWrongAndDisabledKeys(key: String) {
        #expect(ring.identify(ClientCredentials(headers: ["x-api-key": key])) == nil)
        #expect(ring.identify(ClientCredentials(headers: ["authorization": "Bearer " + key])) == nil)
    }

    @Test func refusesMissingKeys() {
        #expect(ring.identify(ClientCredentials(headers: ["authorization": "Basic sk-app"])) == nil)
    }

    @Test func letsEveryoneInWhenNoKeyIsConfigured() {
        let open = KeyRing(GatewayConfiguration())
        #expect(open.identify(ClientCredentials(headers: [:])) == ClientIdentity(keyName: nil, isAdmin: true))
    }
}
