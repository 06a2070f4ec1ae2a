/// Cache breakpoints: at most four in a request, and those of an hour before those of five minutes.
extension AnthropicRequestEncoder {
    private static let mostBreakpoints = 4

    mutating func cacheControl(_ cache: CacheBreakpoint?) -> JSONValue? {
        guard let cache else { return nil }
        mayHoldBreakpoints = true
        return Self.encode(cache)
    }

    fileprivate static func encode(_ cache: CacheBreakpoint) -> JSONValue {
        var control: JSONObject = ["type": "ephemeral"]
        control.append("ttl", ifPresent: cache.lifetime.map { .string($0.rawValue) })
        return .object(control)
    }

    mutating func limitCacheBreakpoints(in body: inout JSONObject) {
        guard mayHoldBreakpoints else { return }
        // The top-level setting marks the last block by itself and counts as one.
        var places = BreakpointWalk()
        places.walk(body)
        let allowed = Self.mostBreakpoints - (body["cache_control"] == nil ? 0 : 1)
        let excess = max(0, places.lifetimes.count - allowed)
        let late = Self.lateHours(places.lifetimes, skipping: excess)
        guard excess > 0 || !late.isEmpty else { return }

        if excess > 0 {
            note(.dropped, "/cache_control", "Anthropic takes 4 cache breakpoints; the first \(excess) were left out.")
        }
        if !late.isEmpty {
            note(.changed, "/cache_control", "A breakpoint of an hour after one of five minutes was made as short.")
        }
        var rewrite = BreakpointWalk(removing: excess, shortening: late)
        body = rewrite.walk(body)
    }

    /// The places of one-hour breakpoints after a shorter one.
    private static func lateHours(_ lifetimes: [String?], skipping excess: Int) -> Set<Int> {
        var late: Set<Int> = []
        var sawShort = false
        for (place, lifetime) in lifetimes.enumerated() where place >= excess {
            if lifetime != "1h" { sawShort = true } else if sawShort { late.insert(place) }
        }
        return late
    }
}

/// Visits every block that may carry a breakpoint, in the order the API counts them: tools, system, messages.
struct BreakpointWalk {
    /// The `ttl` of each breakpoint found.
    var lifetimes: [String?] = []
    private let removed: Int
    private let shortened: Set<Int>

    init(removing count: Int = 0, shortening places: Set<Int> = []) {
        removed = count
        shortened = places
    }

    /// Whether the body has a breakpoint, or the setting that makes the API place one.
    static func findsAny(in body: JSONObject) -> Bool {
        if let control = body["cache_control"], !control.isNull { return true }
        var walk = BreakpointWalk()
        walk.walk(body)
        return !walk.lifetimes.isEmpty
    }

    @discardableResult
    mutating func walk(_ body: JSONObject) -> JSONObject {
        var body = body
        for key in ["tools", "system"] {
            if let blocks = body[key]?.array { body[key] = .array(walk(blocks)) }
        }
        if let messages = body["messages"]?.array {
            var walked: [JSONValue] = []
            for message in messages { walked.append(walkContent(of: message)) }
            body["messages"] = .array(walked)
        }
        return body
    }

    private mutating func walk(_ blocks: [JSONValue]) -> [JSONValue] {
        var walked: [JSONValue] = []
        for block in blocks { walked.append(visit(walkContent(of: block))) }
        return walked
    }

    private mutating func walkContent(of value: JSONValue) -> JSONValue {
        guard case .object(var object) = value, let blocks = object["content"]?.array else { return value }
        object["content"] = .array(walk(blocks))
        return .object(object)
    }

    private mutating func visit(_ block: JSONValue) -> JSONValue {
        guard case .object(var object) = block, let control = object["cache_control"], !control.isNull else {
            return block
        }
        let place = lifetimes.count
        lifetimes.append(control["ttl"]?.string)
        if place < removed {
            object["cache_control"] = nil
        } else if shortened.contains(place) {
            object["cache_control"] = AnthropicRequestEncoder.encode(CacheBreakpoint(lifetime: .fiveMinutes))
        } else {
            return block
        }
        return .object(object)
    }
}
