import Testing

@testable import GatewayHTTP

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80", true), ("10.255.0.3", "10.255.0.3:80", false), ("::1", "[::1]:80", true),
        ("[2001:db8::1]", "[2001:db8::1]:80", false), ("::ffff:127.0.0.1", "[::ffff:127.0.0.1]:80", true),
        ("::", "[::]:80", false), ("::ffff:10.0.0.1", "[::ffff:10.0.0.1]:80", false),
    ])
    func readsAndWritesAddresses(text: String, description: String, isLoopback: Bool) throws {
        let address = try #require(SocketAddress(text, port: 80))
        #expect(address.description == description)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(arguments: ["", "localhost", "1.2.3", "256.0.0.1", "[::1", "127.0.0.1 "])
    func refusesWhatIsNoAddress(text: String) {
        #expect(SocketAddress(text, port: 80) == nil)
    }

    @Test func resolvesNamesToListenOn() {
        #expect(SocketAddress.listening(on: "localhost", port: 81).allSatisfy { $0.isLoopback && $0.port == 81 })
        #expect(SocketAddress.listening(on: "127.0.0.1", port: 1).count == 1)
    }
}
