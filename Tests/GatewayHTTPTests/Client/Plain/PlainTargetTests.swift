import GatewayCore
import Testing

@testable import GatewayHTTP

struct PlainTargetTests {
    private let request = TransportRequest(url: "http://a/b", headers: ["x": "1"], body: [1])

    @Test func remembersWhatComesForTheSecondTime() throws {
        var targets = PlainTargets()
        try note(request, in: &targets)
        #expect(targets.first(for: request) == nil)
        try note(request, in: &targets)
        let known = try #require(targets.first(for: request))
        #expect(known.head == Array("head of http://a/b".utf8))
        var longer = request
        longer.body = [1, 2, 3]
        #expect(targets.first(for: longer) === known)
    }

    @Test func takesAnotherMethodAddressOrFieldForAnotherRequest() throws {
        var targets = PlainTargets()
        for _ in 0..<2 { try note(request, in: &targets) }
        var other = request
        other.method = "PUT"
        #expect(targets.first(for: other) == nil)
        other = request
        other.url = "http://a/c"
        #expect(targets.first(for: other) == nil)
        other = request
        other.headers.append("y", "2")
        #expect(targets.first(for: other) == nil)
        other.headers = ["x": "2"]
        #expect(targets.first(for: other) == nil)
    }

    @Test func forgetsWhatComesOnce() throws {
        var targets = PlainTargets()
        for number in 0..<3 {
            let once = TransportRequest(url: "http://a/b", headers: ["x": "\(number)"])
            try note(once, in: &targets)
            try note(request, in: &targets)
            #expect(targets.first(for: once) == nil)
        }
        #expect(targets.first(for: request) == nil)
    }

    @Test func growsNoFurtherThanItMay() throws {
        var targets = PlainTargets()
        let requests = (0..<40).map { TransportRequest(url: "http://a/\($0)", headers: ["x": "\($0)"]) }
        for request in requests {
            for _ in 0..<2 { try note(request, in: &targets) }
        }
        #expect(requests.filter { targets.first(for: $0) != nil }.count == 32)
        #expect(requests.last.flatMap { targets.first(for: $0) } != nil)
    }

    private func note(_ request: TransportRequest, in targets: inout PlainTargets) throws {
        let target = PlainTarget(request, try #require(PlainURL(request.url)))
        targets.note(target, of: request) { Array("head of \(request.url)".utf8) }
    }
}
