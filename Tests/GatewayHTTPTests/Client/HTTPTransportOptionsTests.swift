import GatewayCore
import Testing

@testable import GatewayHTTP

@Suite struct HTTPTransportOptionsTests {
    @Test func trustsTheAuthoritiesThatTheEnvironmentNames() {
        func authorities(_ environment: [String: String]) -> String? {
            HTTPTransportOptions(configuration: GatewayConfiguration()) { environment[$0] }.certificateAuthorities
        }
        #expect(authorities([:]) == nil)
        #expect(authorities(["SSL_CERT_FILE": ""]) == nil)
        #expect(authorities(["SSL_CERT_FILE": "/ca.pem"]) == "/ca.pem")
    }

    @Test func goesThroughTheProxyThatIsConfigured() {
        var configuration = GatewayConfiguration()
        configuration.proxy = ProxyConfiguration(https: "http://c:2")
        let options = HTTPTransportOptions(configuration: configuration) { $0 == "http_proxy" ? "http://e:1" : nil }
        #expect(options.proxy == ProxySettings(http: "http://e:1", https: "http://c:2"))
    }
}
