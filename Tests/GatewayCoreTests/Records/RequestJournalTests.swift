import Testing

@testable import GatewayCore

struct RequestJournalTests {
    private let log = RecordCollector()

    private func journal(began: ContinuousClock.Instant = .now) -> RequestJournal {
        RequestJournal(
            id: "r", startedAt: 0, clientFormat: .openAI, keyName: nil, began: began, prices: .builtIn, log: log)
    }

    @Test func tellsWhyEachNextInstanceWasAsked() throws {
        let journal = journal()
        let first = journal.beginAttempt(provider: "openai", instance: "one", model: "m")
        journal.noteHead(of: first, status: 503, after: .milliseconds(1))
        journal.endAttempt(
            first, failure: ProviderFailure(kind: .overloaded, status: 503, message: "busy"), then: .failover)
        let second = journal.beginAttempt(provider: "azure", instance: "two", model: "n")
        journal.noteHead(of: second, status: 200, after: .milliseconds(1))
        let usage = TokenUsage(freshInput: 3, output: 4)
        journal.close(.success, usage: usage, failure: nil)

        let attempts = try #require(log.records.first).attempts
        #expect(attempts.map(\.instance) == ["one", "two"])
        #expect(attempts.map(\.status) == [503, 200])
        #expect(attempts.map(\.failureKind) == [.overloaded, nil])
        #expect(attempts.map(\.failureMessage) == ["busy", nil])
        #expect(attempts.map(\.followUp) == [.failover, nil])
        #expect(attempts.map(\.usage) == [nil, usage])
        #expect(attempts[1].startedAfter >= attempts[0].startedAfter + attempts[0].duration)
        #expect(log.records[0].provider == "azure")
        #expect(log.records[0].providerModel == "n")
    }

    @Test func theFirstEndOfAnAttemptStays() throws {
        let journal = journal()
        let loser = journal.beginAttempt(provider: "openai", instance: "one", model: "m")
        let winner = journal.beginAttempt(provider: "openai", instance: "two", model: "m")
        journal.endAttempt(loser, failure: nil, then: .hedge)
        journal.endAttempt(loser, failure: ProviderFailure(kind: .server, status: 500, message: "late"))
        journal.noteHead(of: winner, status: 200, after: .milliseconds(1))
        journal.close(.success, usage: TokenUsage(output: 1), failure: nil)
        let attempts = try #require(log.records.first).attempts
        #expect(attempts[0].failureKind == nil)
        #expect(attempts[0].usage == nil)
        #expect(attempts[1].usage?.output == 1)
    }

    @Test func anAttemptThatBreaksOffHasTheFailureOfItsRequest() throws {
        let journal = journal()
        let attempt = journal.beginAttempt(provider: "openai", instance: "one", model: "m")
        journal.noteHead(of: attempt, status: 200, after: .milliseconds(1))
        journal.close(.failure, usage: nil, failure: .endedEarly)
        let record = try #require(log.records.first)
        #expect(record.attempts[0].failureKind == .truncated)
        #expect(record.attempts[0].status == 200)
        #expect(record.attempts[0].duration + record.attempts[0].startedAfter == record.duration)
    }

    @Test func countsFromWhenTheRequestCame() throws {
        let journal = journal(began: .now - .seconds(5))
        journal.noteOutput()
        journal.close(.success, usage: nil, failure: nil)
        let record = try #require(log.records.first)
        #expect(record.duration >= .seconds(5))
        #expect(try #require(record.timeToFirstByte) >= .seconds(5))
    }

    @Test func speedOfAStreamCountsFromItsFirstToken() {
        var record = RequestRecord(id: "r", startedAt: 0, clientFormat: nil, keyName: nil)
        record.duration = .seconds(12)
        record.timeToFirstByte = .seconds(2)
        record.usage = TokenUsage(output: 50)
        #expect(record.timeToFirstToken == nil)
        #expect(record.tokensPerSecond == 50.0 / 12)
        record.isStreaming = true
        #expect(record.timeToFirstToken == .seconds(2))
        #expect(record.tokensPerSecond == 5)
        record.usage = nil
        #expect(record.tokensPerSecond == nil)
    }
}

extension RequestJournalTests {
    @Test func theGatewaysOwnTimeLeavesOutWhoeverIsWaitedFor() throws {
        // The client took 100 s to send its request.
        let journal = journal(began: .now - .seconds(100))
        journal.noteReceived()
        journal.noteOutput()
        journal.close(.success, usage: nil, failure: nil)
        let first = try #require(log.records.first)
        #expect(try #require(first.timeToFirstByte) >= .seconds(100))
        #expect(try #require(first.overhead) < .seconds(50))
    }

    @Test func providersThatAreWaitedForAreNotTheGatewaysTime() throws {
        let journal = journal(began: .now - .seconds(100))
        journal.noteWait(.seconds(60))
        journal.noteWait(.seconds(30))
        journal.noteOutput()
        journal.noteWait(.seconds(30))
        journal.close(.success, usage: nil, failure: nil)
        let closed = try #require(log.records.first)
        let overhead = try #require(closed.overhead)
        #expect(overhead >= .seconds(9))
        #expect(overhead < .seconds(11))
    }
}
