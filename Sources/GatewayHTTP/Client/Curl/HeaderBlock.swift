import CCurl
import GatewayCore

/// The header fields of a request in the shape libcurl reads them: a linked list of C strings, laid out in one piece of
/// memory that is used again for the next request of the handle.
///
/// libcurl reads the list during the whole exchange and never writes to it.
struct HeaderBlock: ~Copyable {
    /// What of libcurl's own headers has to be held back, since only the request's fields are to be sent.
    struct Framing: Equatable {
        var hasBody = false
        /// Bodies above 1 MiB make libcurl send `Expect: 100-continue` and wait.
        var isLarge = false
    }

    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0
    private var fields = HTTPFields()
    private var framing = Framing()
    private var isWritten = false

    deinit { memory?.deallocate() }

    /// The list's first node, nil for an empty list. Valid until the next `set`.
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    /// Takes over these fields; returns whether the list had to be written anew. Fields that frame the message are left
    /// out: libcurl writes those itself.
    mutating func set(_ fields: HTTPFields, framing: Framing) throws(TransportError) -> Bool {
        guard !isWritten || framing != self.framing || fields != self.fields else { return false }
        isWritten = false
        first = nil
        var count = 3
        var size = 0
        for field in fields {
            count += 1
            size += field.name.utf8.count + field.value.utf8.count + 3
        }
        reserve(count * MemoryLayout<curl_slist>.stride + size + 64)
        guard let memory else { return true }
        var writer = Writer(
            nodes: memory.bindMemory(to: curl_slist.self, capacity: count),
            text: memory.advanced(by: count * MemoryLayout<curl_slist>.stride)
                .bindMemory(to: UInt8.self, capacity: size + 64))
        var hasAccept = false
        var hasType = false
        for field in fields where !field.framesRequest {
            try field.checkSendable()
            hasAccept = hasAccept || field.name.equalsIgnoringASCIICase("accept")
            hasType = hasType || field.name.equalsIgnoringASCIICase("content-type")
            writer.append(field)
        }
        if !hasAccept { writer.suppress("Accept") }
        if framing.hasBody, !hasType { writer.suppress("Content-Type") }
        if framing.isLarge { writer.suppress("Expect") }
        first = writer.finish()
        self.fields = fields
        self.framing = framing
        isWritten = true
        return true
    }

    private mutating func reserve(_ size: Int) {
        guard size > capacity else { return }
        memory?.deallocate()
        capacity = max(size, 1024)
        memory = .allocate(byteCount: capacity, alignment: MemoryLayout<curl_slist>.alignment)
    }
}

extension HeaderBlock {
    /// Writes nodes and their text one behind the other.
    private struct Writer {
        let nodes: UnsafeMutablePointer<curl_slist>
        var text: UnsafeMutablePointer<UInt8>
        var count = 0

        init(nodes: UnsafeMutablePointer<curl_slist>, text: UnsafeMutablePointer<UInt8>) {
            self.nodes = nodes
            self.text = text
        }

        mutating func append(_ field: HTTPFields.Field) {
            beginNode()
            write(field.name)
            if field.value.isEmpty {
                // libcurl's way to write a field without a value.
                write(";")
            } else {
                write(": ")
                write(field.value)
            }
            endNode()
        }

        /// A name without a value keeps libcurl from adding the field by itself.
        mutating func suppress(_ name: StaticString) {
            beginNode()
            text.update(from: name.utf8Start, count: name.utf8CodeUnitCount)
            text += name.utf8CodeUnitCount
            write(":")
            endNode()
        }

        func finish() -> UnsafeMutablePointer<curl_slist>? {
            guard count > 0 else { return nil }
            nodes[count - 1].next = nil
            return nodes
        }

        private mutating func beginNode() {
            let bytes = UnsafeMutableRawPointer(text).assumingMemoryBound(to: CChar.self)
            (nodes + count).initialize(to: curl_slist(data: bytes, next: nodes + count + 1))
            count += 1
        }

        private mutating func endNode() {
            text.pointee = 0
            text += 1
        }

        private mutating func write(_ string: String) {
            let target = text
            let count = string.utf8.count
            let isCopied: Void? = string.utf8.withContiguousStorageIfAvailable { bytes in
                if let base = bytes.baseAddress { target.update(from: base, count: count) }
            }
            if isCopied == nil {
                for (offset, byte) in string.utf8.enumerated() { target[offset] = byte }
            }
            text += count
        }
    }
}
