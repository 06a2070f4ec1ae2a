import GatewayCore
import Testing

@Suite struct CredentialMaskTests {
    @Test(arguments: [
        ("Incorrect API key provided: sk-proj-abcdef.", "Incorrect API key provided: sk-…"),
        ("key=AIzaSyA1234567890 is not valid", "key=AIza… is not valid"),
        ("Authorization: Bearer abcdefghijklmnop!", "Authorization: Bearer …!"),
        ("token 0123456789abcdef0123456789abcdef done", "token 0123… done"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.x", "eyJ…"),
    ]) func hidesCredentials(text: String, masked: String) {
        #expect(CredentialMask.masked(text) == masked)
    }

    @Test(arguments: [
        ("gpt-4o-sk-0123456789abcdef", "gpt-4o-sk-…"), ("sk-abcde", "sk-…"), ("/tools/0/sk-abcdef", "/tools/0/sk-…"),
        ("a_session_AIzaSyA1234567890", "a_session_AIza…"), ("task-force-model", "task-force-model"),
        ("mistral-sk-tuned", "mistral-sk-tuned"), ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5-20250929"),
    ]) func hidesCredentialsInNames(name: String, masked: String) {
        #expect(CredentialMask.maskedName(name) == masked)
    }

    @Test(arguments: [
        "", "Rate limit reached for gpt-4o-mini in organization org-1 on tokens per min (TPM): Limit 200000.",
        "request 123e4567-e89b-42d3-a456-426614174000 failed", "Bearer authentication is required", "é 😀 sk-",
        "claude-sonnet-4-5-20250929 is overloaded", "aVeryLongWordWithoutAnyDigitsInItAtAll",
    ]) func leavesOtherTextAlone(text: String) {
        #expect(CredentialMask.masked(text) == text)
    }
}
