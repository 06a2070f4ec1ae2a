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
        appendStatusLine(status, to: &output)
        output.append("Date: ")
        output.append(contentsOf: date)
        output.append("\r\n")
        let fields = headers.fields
        for place in fields.indices where !isOwned(fields[place].name) {
            append(fields[place].name, fields[place].value, to: &output)
        }
        switch framing.body {
        case .length(let count):
            output.append("Content-Length: ")
            output.appendDecimal(count)
            output.append("\r\n")
        case .chunked: output.append("Transfer-Encoding: chunked\r\n")
        case .none, .untilClose: break
        }
        switch framing.connectionOption {
        case .close: output.append("Connection: close\r\n")
        case .keepAlive: output.append("Connection: keep-alive\r\n")
        case nil: break
        }
        output.append("\r\n")
    }

    private static func appendStatusLine(_ status: Int, to output: inout [UInt8]) {
        if status == 200 {
            output.append("HTTP/1.1 200 OK\r\n")
            return
        }
        output.append("HTTP/1.1 ")
        output.appendDecimal((100...999).contains(status) ? status : 500)
        output.append(" ")
        output.append(HTTPStatus.reason(status))
        output.append("\r\n")
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

    private static func append(_ fieldName: String, _ fieldValue: String, to output: inout [UInt8]) {
        let start = output.count
        output.append(contentsOf: fieldName.utf8)
        let name = start..<output.count
        output.append(": ")
        let value = output.count
        output.append(contentsOf: fieldValue.utf8)
        guard isValid(name: name, value: value..<output.count, in: output) else {
            output.removeSubrange(start...)
            return
        }
        output.append("\r\n")
    }

    private static func isValid(name: Range<Int>, value: Range<Int>, in bytes: [UInt8]) -> Bool {
        for index in name where !bytes[index].isTokenCharacter { return false }
        for index in value where !bytes[index].isFieldValueByte { return false }
        return !name.isEmpty
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
