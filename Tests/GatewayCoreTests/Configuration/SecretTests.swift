import GatewayProviders
import Testing

@testable import GatewayCore

@Suite struct SecretTests {
    private struct Holder {
        var key: Secret = "sk-ant-0123456789abcdef"
    }

    @Test func showsNothingOfAShortSecret() {
        #expect(Secret("hunter2").redacted == "•••")
        #expect(Secret("").redacted == "•••")
        #expect(Secret("sk-gateway-001").redacted == "•••")
    }

    @Test func showsTheEndOfALongOne() {
        #expect(Secret("sk-ant-0123456789abcdef").redacted == "sk-…cdef")
        #expect(Secret("AIza0123456789abcdef").redacted == "…cdef")
    }

    @Test func isRedactedInEveryTextualForm() {
        let secret: Secret = "sk-ant-0123456789abcdef"
        var dumped = ""
        dump(Holder(), to: &dumped)
        dump(GatewayKey(name: "a", key: secret), to: &dumped)
        var instance = InstanceConfiguration(name: "i", apiKey: secret)
        instance.settings = ProviderSettings(BedrockConfig(region: "r", secretAccessKey: secret))
        dump(instance, to: &dumped)
        let texts = [
            "\(secret)", secret.description, secret.debugDescription, String(reflecting: secret), "\([secret])",
            "\(secret as Any)", "\(Optional(secret) as Any)", "\(Holder())", "\(instance)", dumped,
        ]
        for text in texts {
            #expect(!text.contains("0123456789"), "\(text)")
            // Neither as an array of its bytes.
            #expect(!text.contains("115, 107"), "\(text)")
        }
    }

    @Test func matchesItselfOnly() {
        let secret: Secret = "abc"
        #expect(secret.matches("abc".utf8))
        for other in ["", "a", "ab", "abd", "xbc", "abcabc", "abca", "ABC", "abc\0"] {
            #expect(!secret.matches(other.utf8), "\(other)")
            #expect(secret != Secret(other))
        }
    }

    @Test func anEmptySecretMatchesNothing() {
        #expect(!Secret("").matches("".utf8))
        #expect(!Secret("").matches("a".utf8))
        #expect(Secret("") == Secret(""))
    }
}
