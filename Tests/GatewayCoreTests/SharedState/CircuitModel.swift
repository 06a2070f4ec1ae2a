@testable import GatewayCore

/// What the shared state does with reports, in plain Swift: the rules of `RedisScript.circuits`.
struct CircuitModel {
    private struct Circuit {
        var openings: Int
        var until: MonotonicInstant
        var isClosed = false
        var holder: Int?
        var lease = MonotonicInstant(nanoseconds: .min)
    }

    private static let lease = Duration.seconds(3)
    private static let turn = Duration.milliseconds(1500)
    private static let memory = Duration.seconds(30)

    private var circuits: [String: Circuit] = [:]

    mutating func forget() {
        circuits = [:]
    }

    mutating func exchange(_ report: CircuitReport, of gateway: Int, at now: MonotonicInstant) -> CircuitNews {
        for opening in report.opened {
            if let known = circuits[opening.name], !known.isClosed, known.openings >= opening.openings { continue }
            circuits[opening.name] = Circuit(openings: opening.openings, until: now + opening.duration)
        }
        for name in report.hastened {
            change(name) { if $0.until > now { $0.until = now } }
        }
        for name in report.closed {
            change(name) { $0 = Circuit(openings: $0.openings, until: now, isClosed: true) }
        }
        for name in report.probed {
            change(name) { circuit in
                guard circuit.holder == gateway || circuit.lease <= now else { return }
                (circuit.holder, circuit.lease) = (gateway, now + Self.lease)
            }
        }
        for name in report.wanted {
            change(name) { circuit in
                guard circuit.until <= now, circuit.lease <= now else { return }
                guard circuit.holder != gateway || circuit.lease + Self.turn <= now else { return }
                (circuit.holder, circuit.lease) = (gateway, now + Self.lease)
            }
        }
        circuits = circuits.filter { !$0.value.isClosed || now - $0.value.until <= Self.memory }
        return CircuitNews(
            gateways: 1,
            circuits: circuits.map { name, circuit in
                CircuitNews.Circuit(
                    name: name, state: circuit.isClosed ? .closed : .open(max(circuit.until - now, .zero)),
                    openings: circuit.openings,
                    leave: circuit.isClosed || circuit.holder != gateway ? .zero : max(circuit.lease - now, .zero))
            })
    }

    private mutating func change(_ name: String, _ body: (inout Circuit) -> Void) {
        guard var circuit = circuits[name], !circuit.isClosed else { return }
        body(&circuit)
        circuits[name] = circuit
    }
}
