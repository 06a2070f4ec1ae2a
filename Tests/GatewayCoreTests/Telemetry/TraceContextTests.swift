import Testing

@testable import GatewayCore

struct TraceContextTests {
    private static let id = "123e4567-e89b-42d3-a456-426614174000"
    // The example of section 3.2.4 of W3C Trace Context.
    private static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func continuesTheCallersTrace() throws {
        let context = try #require(TraceContext(traceparent: Self.parent, requestID: Self.id))
        #expect(context.traceID == (0x0af7_6519_16cd_43dd, 0x8448_eb21_1c80_319c))
        #expect(context.parentSpanID == 0xb7ad_6b71_6920_3331)
        #expect(context.isSampled)
        #expect(context.spanID != context.parentSpanID)
        let sent = context.traceparent(from: context.spanID(ofAttempt: 0))
        #expect(sent.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"))
        #expect(sent.hasSuffix("-01"))
        #expect(sent.utf8.count == Self.parent.utf8.count)
        let again = try #require(TraceContext(traceparent: sent, requestID: "other"))
        #expect(again.parentSpanID == context.spanID(ofAttempt: 0))
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319cé-b-01",
        "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "----",
    ])
    func takesNothingThatIsNoTrace(field: String) {
        #expect(TraceContext(traceparent: field, requestID: Self.id) == nil)
    }

    @Test func readsLaterVersionsAsFarAsTheyAreKnown() throws {
        let later = "cc" + Self.parent.dropFirst(2).dropLast(2) + "00-what-the-future-brings"
        let context = try #require(TraceContext(traceparent: later, requestID: Self.id))
        #expect(!context.isSampled)
        #expect(context.traceparent(from: 1).hasPrefix("00-"))
    }

    @Test func beginsATraceWithTheRequestsOwnIdentifier() {
        let context = TraceContext(requestID: Self.id, ratio: 1)
        #expect(context.traceID == (0x123e_4567_e89b_42d3, 0xa456_4266_1417_4000))
        #expect(context.parentSpanID == nil)
        #expect(context.isSampled)
        #expect(!TraceContext(requestID: Self.id, ratio: 0).isSampled)
        #expect(TraceContext(requestID: "no identifier", ratio: 1).traceID.high != 0)
    }

    @Test func samplesAsManyAsAskedFor() {
        let source = RequestIDSource()
        let sampled = (0..<4000).count { _ in TraceContext(requestID: source.next(), ratio: 0.25).isSampled }
        #expect((850...1150).contains(sampled))
    }

    @Test func spansHaveIdentifiersOfTheirOwn() {
        let source = RequestIDSource()
        var seen: Set<UInt64> = []
        for _ in 0..<500 {
            let context = TraceContext(requestID: source.next(), ratio: 1)
            seen.insert(context.spanID)
            for number in 0..<4 { seen.insert(context.spanID(ofAttempt: number)) }
        }
        #expect(seen.count == 2500)
        #expect(!seen.contains(0))
    }
}
