import Testing

@testable import GatewayCore

@Suite struct SuggestionTests {
    private let known = ["host", "port", "log_level", "log_format", "azure_openai"]

    @Test(arguments: [
        ("prot", "port"), ("prt", "port"), ("hosts", "host"), ("loglevel", "log_level"), ("log-format", "log_format"),
        ("azure", "azure_openai"),
    ])
    func findsSlips(_ word: String, _ meant: String) {
        #expect(Suggestion.nearest(to: word, among: known) == meant)
    }

    @Test(arguments: ["", "x", "certificate", "az", String(repeating: "port", count: 1000)])
    func findsNothingFarAway(_ word: String) {
        #expect(Suggestion.nearest(to: word, among: known) == nil)
    }

    @Test func listsWhatIsKnownWhenNothingIsNear() {
        #expect(Suggestion.hint(for: "certificate", among: ["host", "port"]) == "known here: host, port")
        #expect(Suggestion.hint(for: "certificate", among: []) == nil)
    }
}
