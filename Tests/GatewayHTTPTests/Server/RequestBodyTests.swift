import Testing

@testable import GatewayHTTP

struct RequestBodyTests {
    @Test func hasAtOnceWhatIsHere() async throws {
        let body = RequestBody([1, 2, 3])
        #expect(body.length == 3)
        #expect(body.takeReady() == [1, 2, 3])
        #expect(try await body.collect() == [1, 2, 3])
        #expect(RequestBody([]).takeReady() == [])
    }

    @Test func refusesMoreThanTheLimitOfWhatIsHere() async throws {
        let body = RequestBody([1, 2, 3])
        #expect(try await body.collect(upTo: 3) == [1, 2, 3])
        await #expect(throws: RequestBodyError.tooLarge(limit: 2)) { try await body.collect(upTo: 2) }
    }

    @Test func givesWhatIsHereInOnePiece() async throws {
        let pieces = RequestBody([1, 2, 3]).pieces()
        #expect(try await pieces.next() == [1, 2, 3])
        #expect(try await pieces.next() == nil)
        #expect(try await RequestBody([]).pieces().next() == nil)
    }

    @Test func leavesToItsSourceWhatIsNot() async throws {
        let body = RequestBody(source: WaitingBody())
        #expect(body.length == 2)
        #expect(body.takeReady() == nil)
        #expect(try await body.collect() == [1, 2])
    }
}

/// One whose bytes must be waited for.
private final class WaitingBody: RequestBodySource {
    var length: Int? { 2 }

    func raiseLimit(to limit: Int) {}
    func next() async throws(RequestBodyError) -> [UInt8]? { nil }
    func stop() {}
    func takeReady() -> [UInt8]? { nil }
    func collect(upTo limit: Int) async throws(RequestBodyError) -> [UInt8] { [1, 2] }
}
