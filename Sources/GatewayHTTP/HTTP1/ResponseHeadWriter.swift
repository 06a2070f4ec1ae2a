import GatewayCore

/// Writes status lines and header sections.
package enum ResponseHeadWriter {
    package static let continueResponse = [UInt8]("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Appends a complete head. `date` is an IMF-fixdate. The fields that framing owns (Content-Length,
    /// Transfer-Encoding, Connection, Date) are not taken from `headers`, and a field that is not valid is left out:
    /// what comes from a provider must not become a second response.
    package static func append(
        status: Int, headers: HTTPFields, framing: ResponseFraming, date: [UInt8], to output: inout [UInt8]
    ) {
        // Read in place: taking fields out of the array one by one costs more than writing them.
        let all = headers.fields
        let fields = all.span
        var size = fixedSize + HTTPStatus.reason(status).utf8CodeUnitCount + date.count
        for place in fields.indices { size += fields[place].name.utf8.count + fields[place].value.utf8.count + 4 }
        output.append(atMost: size) { head in
            appendStatusLine(status, to: &head)
            head.append("Date: ")
            head.append(date)
            head.append("\r\n")
            for place in fields.indices where !isOwned(fields[place].name) {
                append(fields[place].name, fields[place].value, to: &head)
            }
            switch framing.body {
            case .length(let count):
                head.append("Content-Length: ")
                head.appendDecimal(count)
                head.append("\r\n")
            case .chunked: head.append("Transfer-Encoding: chunked\r\n")
            case .none, .untilClose: break
            }
            switch framing.connectionOption {
            case .close: head.append("Connection: close\r\n")
            case .keepAlive: head.append("Connection: keep-alive\r\n")
            case nil: break
            }
            head.append("\r\n")
        }
    }

    /// More than the status line without its reason, the names of the framing's fields, a length and the line ends take.
    private static let fixedSize = 128

    private static func appendStatusLine(_ status: Int, to head: inout ByteFiller) {
        if status == 200 {
            head.append("HTTP/1.1 200 OK\r\n")
            return
        }
        head.append("HTTP/1.1 ")
        head.appendDecimal((100...999).contains(status) ? status : 500)
        head.append(" ")
        head.append(HTTPStatus.reason(status))
        head.append("\r\n")
    }

    private static func isOwned(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name.equalsIgnoringASCIICase("date")
        case 10: name.equalsIgnoringASCIICase("connection")
        case 14: name.equalsIgnoringASCIICase("content-length")
        case 17: name.equalsIgnoringASCIICase("transfer-encoding")
        default: false
        }
    }

    private static func append(_ name: String, _ value: String, to head: inout ByteFiller) {
        let start = head.count
        head.append(utf8: name)
        let isNamed = head.written(from: start).isToken
        head.append(": ")
        let colon = head.count
        head.append(utf8: value)
        guard isNamed, head.written(from: colon).isFieldValue else { return head.drop(from: start) }
        head.append("\r\n")
    }
}

extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func appendDecimal(_ number: Int) {
        guard number >= 10 else {
            append(UInt8(ascii: "0") + UInt8(number))
            return
        }
        appendDecimal(number / 10)
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// Frames bytes as one chunk of the chunked coding; `self` must not be empty there, as an empty chunk is the last.
    mutating func appendChunkSize(_ size: Int) {
        var shift = (Int.bitWidth - Swift.max(1, size).leadingZeroBitCount - 1) / 4 * 4
        while shift >= 0 {
            let digit = UInt8(size >> shift & 15)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            shift -= 4
        }
        append("\r\n")
    }
}
