import GatewayCore

/// What `RedisScript.reserve` answers; nil where a reply is nothing it would say.
struct LimitReply {
    let verdict: LimitVerdict

    init?(_ reply: RESPValue, to claim: LimitClaim) {
        guard let numbers = reply.array?.compactMap(\.integer), numbers.count == 1 + 6 * claim.counts.count else {
            return nil
        }
        var standing = LimitStanding()
        var refusal: LimitRefusal?
        for (place, count) in claim.counts.enumerated() {
            let row = numbers[(1 + 6 * place)..<(7 + 6 * place)].map { Int(clamping: $0) }
            standing = standing.tightened(
                by: LimitStanding(
                    requests: Self.count(count.rule.requests, row[2], row[3]),
                    tokens: Self.count(count.rule.tokens, row[4], row[5])))
            let wait = Self.duration(row[1])
            guard let (unit, limit) = Self.unit(row[0], count.rule), wait > refusal?.retryAfter ?? .zero else {
                continue
            }
            refusal = LimitRefusal(scope: count.scope, unit: unit, limit: limit, retryAfter: wait)
        }
        if numbers[0] == 1 {
            verdict = .granted(standing)
        } else if var refusal {
            refusal.standing = standing
            verdict = .refused(refusal)
        } else {
            return nil
        }
    }

    private static func unit(_ number: Int, _ rule: LimitRule) -> (LimitRefusal.Unit, Int)? {
        switch number {
        case 1: rule.requests.map { (.requests, $0) }
        case 2: rule.tokens.map { (.tokens, $0) }
        case 3: rule.concurrent.map { (.concurrent, $0) }
        default: nil
        }
    }

    private static func count(_ limit: Int?, _ remaining: Int, _ reset: Int) -> LimitStanding.Count? {
        guard let limit, remaining >= 0 else { return nil }
        return LimitStanding.Count(limit: limit, remaining: min(remaining, limit), reset: duration(reset))
    }

    static func duration(_ milliseconds: Int) -> Duration {
        .milliseconds(min(max(milliseconds, 0), 31_536_000_000))
    }
}

extension CircuitReport {
    /// As `RedisScript.circuits` reads it.
    var json: JSONObject {
        let opened = opened.map { opening in
            JSONValue.object([
                "name": .string(opening.name), "openings": .number(JSONNumber(opening.openings)),
                "ms": .number(JSONNumber(opening.duration.milliseconds)),
            ])
        }
        func names(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        return [
            "opened": .array(opened), "hastened": names(hastened), "closed": names(closed), "probed": names(probed),
            "wanted": names(wanted),
        ]
    }
}

extension CircuitNews {
    /// What `RedisScript.circuits` answers; nil where a reply is nothing it would say.
    init?(_ reply: RESPValue) {
        guard let values = reply.array, values.count % 5 == 1, let gateways = values[0].integer else { return nil }
        var circuits: [Circuit] = []
        for start in stride(from: 1, to: values.count, by: 5) {
            let numbers = values[(start + 1)..<(start + 5)].compactMap(\.integer)
            guard let name = values[start].text, numbers.count == 4 else { return nil }
            let (wait, leave) = (
                LimitReply.duration(Int(clamping: numbers[2])), LimitReply.duration(Int(clamping: numbers[3]))
            )
            circuits.append(
                Circuit(
                    name: name, state: numbers[0] == 1 ? .open(wait) : .closed,
                    openings: Int(min(max(numbers[1], 1), 1_000_000)), leave: leave))
        }
        self.init(gateways: Int(min(max(gateways, 1), 1_000_000)), circuits: circuits)
    }
}
