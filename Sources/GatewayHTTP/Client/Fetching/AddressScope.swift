extension SocketAddress.Host {
    /// What an address leads to, as far as it matters to a program that connects where strangers point it.
    enum Scope: String, Sendable {
        /// A host on the public internet; the only scope a guarded fetch may reach.
        case global
        case loopback
        /// "This host": most systems take it for loopback.
        case unspecified
        /// RFC 1918, RFC 4193 and the old site-local range.
        case privateUse
        /// Carrier-grade NAT, RFC 6598; some clouds keep their metadata service here.
        case shared
        /// RFC 3927 and fe80::/10; the metadata services of most clouds are at 169.254.169.254.
        case linkLocal
        /// A cloud's own service at a public-looking address.
        case metadata
        case multicast
        /// Documentation, benchmarks, protocol assignments, discard, and all that is not handed out.
        case reserved
        /// IPv6 that stands for an IPv4 address or tunnels to one, where the real target is hidden.
        case embedded
    }

    /// By the IANA special-purpose address registries (RFC 6890 and its updates).
    var scope: Scope {
        switch self {
        case .v4(let address): Self.scope(v4: address)
        case .v6(let high, let low, _): Self.scope(v6: high, low)
        }
    }

    private static func scope(v4 address: UInt32) -> Scope {
        for (prefix, length, scope) in v4Ranges where (address ^ prefix) >> (32 - length) == 0 { return scope }
        return .global
    }

    private static let v4Ranges: [(prefix: UInt32, length: UInt32, scope: Scope)] = [
        (0x0000_0000, 8, .unspecified),
        (0x0A00_0000, 8, .privateUse),
        (0x6440_0000, 10, .shared),
        (0x7F00_0000, 8, .loopback),
        (0xA83F_8110, 32, .metadata),  // 168.63.129.16, Azure's wire server
        (0xA9FE_0000, 16, .linkLocal),
        (0xAC10_0000, 12, .privateUse),
        (0xC000_0000, 24, .reserved),  // protocol assignments; 192.0.0.192 is Oracle's metadata service
        (0xC000_0200, 24, .reserved),  // documentation
        (0xC058_6300, 24, .reserved),  // 6to4 relays
        (0xC0A8_0000, 16, .privateUse),
        (0xC612_0000, 15, .reserved),  // benchmarks
        (0xC633_6400, 24, .reserved),  // documentation
        (0xCB00_7100, 24, .reserved),  // documentation
        (0xE000_0000, 4, .multicast),
        (0xF000_0000, 4, .reserved),
    ]

    private static func scope(v6 high: UInt64, _ low: UInt64) -> Scope {
        if high == 0 {
            switch low {
            case 0: return .unspecified
            case 1: return .loopback
            default: return low >> 48 == 0 ? .embedded : .reserved
            }
        }
        // 64:ff9b::/96 is how a network without IPv4 reaches all of it, so what lies behind counts (RFC 6052).
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return scope(v4: UInt32(low)) }
        for (prefix, length, scope) in v6Ranges where (high ^ prefix) >> (64 - length) == 0 { return scope }
        return high >> 61 == 0b001 ? .global : .reserved
    }

    private static let v6Ranges: [(prefix: UInt64, length: UInt64, scope: Scope)] = [
        (0x0064_FF9B_0001_0000, 48, .embedded),
        (0x2001_0000_0000_0000, 32, .embedded),  // Teredo
        (0x2001_0000_0000_0000, 23, .reserved),  // protocol assignments
        (0x2001_0DB8_0000_0000, 32, .reserved),  // documentation
        (0x2002_0000_0000_0000, 16, .embedded),  // 6to4
        (0x3FFF_0000_0000_0000, 20, .reserved),  // documentation
        (0xFC00_0000_0000_0000, 7, .privateUse),
        (0xFE80_0000_0000_0000, 10, .linkLocal),
        (0xFEC0_0000_0000_0000, 10, .privateUse),
        (0xFF00_0000_0000_0000, 8, .multicast),
    ]
}
