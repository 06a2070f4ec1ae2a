/// The cyclic redundancy check of IEEE 802.3, as zlib, PNG and AWS's event streams have it.
package struct CRC32 {
    private var register: UInt32 = .max

    package init() {}

    /// The check value of all bytes so far; more may follow.
    package var value: UInt32 { ~register }

    /// Eight bytes are taken in one step: `tables[n]` tells what a byte becomes that n further bytes follow.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        register = Self.tables.withUnsafeBufferPointer { tables in
            var register = register
            var place = 0
            while place &+ 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                let low = UInt32(truncatingIfNeeded: word) ^ register
                let high = UInt32(truncatingIfNeeded: word &>> 32)
                register =
                    tables[0x700 | Int(low & 0xFF)] ^ tables[0x600 | Int(low &>> 8 & 0xFF)]
                    ^ tables[0x500 | Int(low &>> 16 & 0xFF)] ^ tables[0x400 | Int(low &>> 24)]
                    ^ tables[0x300 | Int(high & 0xFF)] ^ tables[0x200 | Int(high &>> 8 & 0xFF)]
                    ^ tables[0x100 | Int(high &>> 16 & 0xFF)] ^ tables[Int(high &>> 24)]
                place &+= 8
            }
            while place < bytes.count {
                register = tables[Int((register ^ UInt32(bytes[place])) & 0xFF)] ^ register &>> 8
                place &+= 1
            }
            return register
        }
    }

    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var crc = CRC32()
        let isContiguous = bytes.withContiguousStorageIfAvailable { crc.update(UnsafeRawBufferPointer($0)) } != nil
        if !isContiguous { Array(bytes).withUnsafeBytes { crc.update($0) } }
        return crc.value
    }

    /// Eight tables of 256, one after the other.
    private static let tables: [UInt32] = {
        let polynomial: UInt32 = 0xEDB8_8320
        var tables = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
        }
        for place in 256..<2048 {
            let previous = tables[place - 256]
            tables.append(previous >> 8 ^ tables[Int(previous & 0xFF)])
        }
        return tables
    }()
}
