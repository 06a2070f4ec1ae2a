import Glibc
import Testing

@testable import GatewayHTTP

/// Both pollers obey the same rules, so one suite runs over both.
@Suite struct PollerTests {
    enum Kind: CaseIterable { case epoll, poll }

    private func make(_ kind: Kind) throws -> any Poller {
        switch kind {
        case .epoll: try EpollPoller()
        case .poll: PollPoller()
        }
    }

    private func wait(_ poller: any Poller, milliseconds: Int32 = 0) throws -> [UInt64: Readiness] {
        var events: [PollEvent] = []
        try poller.wait(milliseconds: milliseconds, into: &events)
        return Dictionary(events.map { ($0.token, $0.readiness) }, uniquingKeysWith: { $0.union($1) })
    }

    @Test(arguments: Kind.allCases) func levelReadinessIsToldForAsLongAsItLasts(kind: Kind) throws {
        let poller = try make(kind)
        let pair = try SocketPair()
        try poller.add(pair.left, for: .read, trigger: .level, token: 7)
        #expect(try wait(poller) == [:])
        pair.sendFromRight("x")
        #expect(try wait(poller) == [7: .read])
        #expect(try wait(poller) == [7: .read])
        try poller.update(pair.left, for: [])
        #expect(try wait(poller) == [:])
        try poller.update(pair.left, for: [.read, .write])
        #expect(try wait(poller) == [7: [.read, .write]])
        poller.remove(pair.left)
        #expect(try wait(poller) == [:])
        poller.remove(pair.left)
    }

    @Test(arguments: Kind.allCases) func edgeReadinessIsToldOncePerChange(kind: Kind) throws {
        let poller = try make(kind)
        let pair = try SocketPair()
        try poller.add(pair.left, for: [.read, .write], trigger: .edge, token: 1)
        #expect(try wait(poller) == [1: .write])
        #expect(try wait(poller) == [:])
        pair.sendFromRight("x")
        #expect(try wait(poller)[1]?.contains(.read) == true)
        #expect(try wait(poller) == [:])
        pair.drainLeft()
        poller.rearm(pair.left, for: .read)
        #expect(try wait(poller) == [:])
        pair.sendFromRight("y")
        #expect(try wait(poller)[1]?.contains(.read) == true)
    }

    @Test(arguments: Kind.allCases) func tellsThatThePeerHungUp(kind: Kind) throws {
        let poller = try make(kind)
        let pair = try SocketPair()
        try poller.add(pair.left, for: [.read, .write], trigger: .edge, token: 1)
        _ = try wait(poller)
        shutdown(pair.right, Int32(SHUT_WR))
        #expect(try wait(poller)[1]?.isSuperset(of: [.read, .hangUp]) == true)
        #expect(try wait(poller) == [:])
    }

    @Test func pollKeepsItsPlacesWhenOthersAreRemoved() throws {
        let poller = PollPoller()
        let pairs = try (0..<4).map { _ in try SocketPair() }
        for (index, pair) in pairs.enumerated() {
            try poller.add(pair.left, for: .read, trigger: .level, token: UInt64(index))
        }
        poller.remove(pairs[1].left)
        pairs[3].sendFromRight("x")
        #expect(try wait(poller) == [3: .read])
    }
}

/// Two connected sockets that close with their owner.
final class SocketPair {
    let left: Int32
    let right: Int32

    init() throws {
        var fds: [Int32] = [0, 0]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &fds) == 0 else {
            throw SystemError(call: "socketpair")
        }
        left = fds[0]
        right = fds[1]
    }

    deinit {
        close(left)
        close(right)
    }

    func sendFromRight(_ text: String) { _ = send(right, text, text.utf8.count, Int32(MSG_NOSIGNAL)) }

    func drainLeft() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while read(left, &bytes, bytes.count) > 0 {}
    }
}
