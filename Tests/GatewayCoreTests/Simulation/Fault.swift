@testable import GatewayCore

/// How a simulated instance treats one request.
enum Fault: Equatable {
    /// It answers well.
    case none
    /// No connection.
    case refused
    /// The connection breaks before the head.
    case reset
    case status(Int, retryAfter: Int?)
    /// The head never comes.
    case noHead
    /// The body falls silent before its piece of that number, counted from 0.
    case stall(Int)
    case truncate(Int)
    case malformed(Int)
    /// A stream tells an error in-band; a whole reply is cut there.
    case inBand(Int)

    private static let statuses = [400, 401, 402, 403, 404, 408, 409, 413, 429, 429, 500, 502, 503, 504, 529]

    static func random(_ random: inout SplitMix64) -> Fault {
        switch random.below(12) {
        case 0: .refused
        case 1: .reset
        case 2: .noHead
        case 3: .stall(random.below(SimulatedBody.pieceCount))
        case 4: .truncate(random.below(SimulatedBody.pieceCount))
        case 5: .malformed(random.below(SimulatedBody.pieceCount))
        case 6: .inBand(random.below(SimulatedBody.pieceCount))
        default:
            .status(statuses[random.below(statuses.count)], retryAfter: random.below(3) == 0 ? random.below(9) : nil)
        }
    }

    /// Whether it counts towards opening the circuit when it strikes before the answer has begun.
    var breaksInstance: Bool {
        switch self {
        case .none: false
        case .status(let status, _): [408, 500, 502, 504].contains(status)
        case .refused, .reset, .noHead, .stall, .truncate, .malformed, .inBand: true
        }
    }

    /// Whether any instance would say the same.
    var isTheClientsFault: Bool {
        if case .status(let status, _) = self { return [400, 404, 409, 413].contains(status) }
        return false
    }
}
