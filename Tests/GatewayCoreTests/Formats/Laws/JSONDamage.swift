@testable import GatewayCore

/// Seeded damage to JSON trees and streams: values of the wrong kind, missing and doubled members, frames out of order.
struct JSONDamage {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func applied(to value: JSONValue) -> JSONValue {
        var value = value
        for _ in 0..<Int.random(in: 1...3, using: &generator) { value = damagedOnce(value) }
        return value
    }

    /// Damages one frame's JSON, drops one, doubles one or swaps two.
    mutating func applied(to frames: [Frame]) -> [Frame] {
        var frames = frames
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            guard !frames.isEmpty else { return frames }
            let place = Int.random(in: frames.indices, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: frames.remove(at: place)
            case 1: frames.insert(frames[place], at: Int.random(in: frames.indices, using: &generator))
            case 2: frames.swapAt(place, Int.random(in: frames.indices, using: &generator))
            default:
                guard let value = try? JSONValue(parsing: frames[place].data) else { continue }
                frames[place].data = applied(to: value).serialized()
            }
        }
        return frames
    }

    private mutating func damagedOnce(_ value: JSONValue) -> JSONValue {
        // Mostly deeper, so that the damage is seldom at the very top.
        switch value {
        case .object(let object) where !object.isEmpty && !Bool.oneIn(6, using: &generator):
            return damaged(object)
        case .array(var elements) where !elements.isEmpty && !Bool.oneIn(6, using: &generator):
            let place = Int.random(in: elements.indices, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: elements.remove(at: place)
            case 1: elements.append(elements[place])
            default: elements[place] = damagedOnce(elements[place])
            }
            return .array(elements)
        default:
            return Self.others.randomElement(using: &generator) ?? .null
        }
    }

    private mutating func damaged(_ object: JSONObject) -> JSONValue {
        var members = object.members
        let place = Int.random(in: members.indices, using: &generator)
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: members.remove(at: place)
        case 1: members.append(members[place])
        case 2: members[place].key += "_x"
        default: members[place].value = damagedOnce(members[place].value)
        }
        return .object(JSONObject(members: members))
    }

    private static let others: [JSONValue] = [
        nil, true, 0, -1, 7, 1.5, .number(JSONNumber(validText: "1e999")), .number(JSONNumber(.max)),
        .number(JSONNumber(.min)), "", "x", "\u{0}\"\\", "\u{1F600}", [], [nil], [[]], ["a", 1], [:], ["type": "text"],
        ["type": "x"], ["index": -5],
    ]
}

extension Bool {
    static func oneIn(_ count: Int, using generator: inout some RandomNumberGenerator) -> Bool {
        Int.random(in: 0..<count, using: &generator) == 0
    }
}
