import Testing

@testable import GatewayCore

struct LossLedgerTests {
    private static func entries(_ header: String?) throws -> [JSONValue] {
        try JSONValue(parsing: try #require(header)).array ?? []
    }

    @Test func saysNothingWhereNothingWasLost() {
        #expect(LossLedger([]).header == nil)
        #expect(LossLedger([]).refusal(provider: "openai") == nil)
    }

    @Test func tellsEachNoteOnceAndWarningsFirst() throws {
        let info = ConversionNote(.changed, "/tools/0/name", "Renamed.", level: .info)
        let warning = ConversionNote(.dropped, "/seed", "There is no seed.")
        let notes = LossLedger.condensed([info, warning, info, warning]) { $0 }
        let entries = try Self.entries(LossLedger(notes).header)
        #expect(entries.map { $0["pointer"] } == ["/seed", "/tools/0/name"])
        #expect(
            entries[0] == [
                "level": "warning", "pointer": "/seed", "action": "dropped", "message": "There is no seed.",
            ])
    }

    @Test func keepsABoundedNumberOfNotes() {
        let notes = (0..<5000).map { ConversionNote(.dropped, "/messages/\($0)/name", "Nobody has a name here.") }
        let kept = LossLedger.condensed(notes) { $0.uppercased() }
        #expect(kept.count == 257)
        #expect(kept[0].pointer == "/MESSAGES/0/NAME")
        #expect(kept.last?.message == "There is more than these 256 notes.")
    }

    @Test(arguments: [1, 40, 10_000])
    func staysWithinItsSizeAndCountsWhatIsLeftOut(count: Int) throws {
        let notes = (0..<count).map { ConversionNote(.dropped, "/messages/\($0)/name", "Nobody has a nämé here.") }
        let header = try #require(LossLedger(notes).header)
        #expect(header.utf8.count <= LossLedger.maxHeaderBytes)
        #expect(header.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
        let entries = try Self.entries(header)
        if entries.count < count {
            #expect(
                entries.last?["message"] == .string("\(count - entries.count + 1) more notes do not fit this header."))
            #expect(entries.last?["level"] == "warning")
        } else {
            #expect(count <= 40)
        }
    }

    @Test func clipsWhatAClientMadeLong() throws {
        let key = String(repeating: "ключ/", count: 5000)
        let ledger = LossLedger([ConversionNote(.dropped, "/" + key, "Dropped \(key).")])
        let header = try #require(ledger.header)
        #expect(header.utf8.count <= LossLedger.maxHeaderBytes)
        let entry = try #require(try Self.entries(header).first)
        #expect(entry["pointer"]?.string?.hasSuffix("...") == true)
        #expect((entry["message"]?.string ?? "").utf8.count <= 400)
        let refusal = try #require(ledger.refusal(provider: "openai"))
        #expect(refusal.failure.message.utf8.count < 5000)
    }

    @Test func refusesForWarningsOnly() throws {
        let info = ConversionNote(.changed, "/max_tokens", "A limit was written.", level: .info)
        #expect(LossLedger([info]).refusal(provider: "anthropic") == nil)
        let refusal = try #require(
            LossLedger([info, ConversionNote(.dropped, "/seed", "No seed.")]).refusal(provider: "anthropic"))
        #expect(refusal.failure.status == 400)
        #expect(refusal.failure.code == "conversion_loss")
        #expect(refusal.failure.parameter == "/seed")
        #expect(refusal.failure.message.contains("/seed dropped (No seed.)"))
        #expect(!refusal.failure.message.contains("/max_tokens"))
        #expect(refusal.losses.map(\.pointer) == ["/seed"])
    }

    @Test func listsABoundedNumberOfPointers() throws {
        let notes = (0..<500).map { ConversionNote(.dropped, "/messages/\($0)/name", "Nobody has a name here.") }
        let message = try #require(LossLedger(notes).refusal(provider: "gemini")).failure.message
        #expect(message.utf8.count < 4500)
        #expect(message.hasSuffix("; and 480 more."))
    }
}
