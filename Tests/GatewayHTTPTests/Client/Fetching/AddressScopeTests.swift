import Testing

@testable import GatewayHTTP

struct AddressScopeTests {
    /// First and last addresses of the ranges of the IANA special-purpose registries, and their neighbours.
    @Test(
        "PITFALLS 25: only the public internet is public",
        arguments: [
            ("0.0.0.0", "unspecified"), ("0.255.255.255", "unspecified"), ("1.0.0.0", "global"),
            ("9.255.255.255", "global"),
            ("10.0.0.0", "privateUse"), ("10.255.255.255", "privateUse"), ("11.0.0.0", "global"),
            ("100.63.255.255", "global"), ("100.64.0.0", "shared"), ("100.100.100.200", "shared"),
            ("100.127.255.255", "shared"), ("100.128.0.0", "global"), ("126.255.255.255", "global"),
            ("127.0.0.1", "loopback"), ("127.255.255.255", "loopback"), ("128.0.0.0", "global"),
            ("168.63.129.16", "metadata"), ("168.63.129.17", "global"), ("169.253.255.255", "global"),
            ("169.254.169.254", "linkLocal"), ("169.255.0.0", "global"), ("172.15.255.255", "global"),
            ("172.16.0.0", "privateUse"), ("172.31.255.255", "privateUse"), ("172.32.0.0", "global"),
            ("192.0.0.192", "reserved"), ("192.0.1.0", "global"), ("192.0.2.1", "reserved"), ("192.0.3.0", "global"),
            ("192.88.99.1", "reserved"), ("192.167.255.255", "global"), ("192.168.0.1", "privateUse"),
            ("192.169.0.0", "global"), ("198.17.255.255", "global"), ("198.18.0.0", "reserved"),
            ("198.19.255.255", "reserved"), ("198.20.0.0", "global"), ("198.51.100.1", "reserved"),
            ("203.0.113.1", "reserved"), ("203.0.114.0", "global"), ("223.255.255.255", "global"),
            ("224.0.0.1", "multicast"), ("239.255.255.255", "multicast"), ("240.0.0.0", "reserved"),
            ("255.255.255.255", "reserved"), ("8.8.8.8", "global"),
            ("::", "unspecified"), ("::1", "loopback"), ("::2", "embedded"), ("::127.0.0.1", "embedded"),
            ("::ffff:127.0.0.1", "embedded"), ("::ffff:8.8.8.8", "embedded"), ("::1:0:0:0", "reserved"),
            ("64:ff9b::127.0.0.1", "loopback"), ("64:ff9b::10.0.0.1", "privateUse"), ("64:ff9b::8.8.8.8", "global"),
            ("64:ff9b:1::8.8.8.8", "embedded"), ("64:ff9b::1:0:0", "reserved"), ("100::1", "reserved"),
            ("2001::1", "embedded"), ("2001:1::1", "reserved"), ("2001:1ff:ffff::", "reserved"),
            ("2001:200::1", "global"),
            ("2001:db8::1", "reserved"), ("2001:4860:4860::8888", "global"), ("2002:7f00:1::", "embedded"),
            ("2003::1", "global"), ("3ffe::1", "global"), ("3fff::1", "reserved"), ("3fff:1000::", "global"),
            ("4000::1", "reserved"), ("5f00::1", "reserved"), ("fc00::1", "privateUse"),
            ("fd00:ec2::254", "privateUse"),
            ("fe00::1", "reserved"), ("fe80::1", "linkLocal"), ("febf::1", "linkLocal"), ("fec0::1", "privateUse"),
            ("ff02::1", "multicast"),
        ])
    func scopesAreThoseOfTheRegistries(text: String, scope: String) throws {
        let address = try #require(SocketAddress(text, port: 0))
        #expect(address.host.scope.rawValue == scope)
    }

    @Test func onlyTheWidestPolicyAllowsMoreThanThePublicInternet() throws {
        let global = try #require(SocketAddress("8.8.8.8", port: 0)).host
        let loopback = try #require(SocketAddress("::1", port: 0)).host
        let metadata = try #require(SocketAddress("169.254.169.254", port: 0)).host
        #expect([global, loopback, metadata].map(AddressPolicy.any.allows) == [true, true, true])
        #expect([global, loopback, metadata].map(AddressPolicy.publicOrLoopback.allows) == [true, true, false])
        #expect([global, loopback, metadata].map(AddressPolicy.publicOnly.allows) == [true, false, false])
    }
}
