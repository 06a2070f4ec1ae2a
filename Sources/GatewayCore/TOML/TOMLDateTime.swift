/// One of TOML's four date and time types (RFC 3339), its parts checked against the calendar.
package enum TOMLDateTime: Sendable, Equatable {
    case offset(TOMLDate, TOMLTime, offsetMinutes: Int)
    case local(TOMLDate, TOMLTime)
    case date(TOMLDate)
    case time(TOMLTime)
}

package struct TOMLDate: Sendable, Equatable {
    package var year: Int
    package var month: Int
    package var day: Int

    /// nil when the Gregorian calendar has no such day.
    init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

package struct TOMLTime: Sendable, Equatable {
    package var hour: Int
    package var minute: Int
    /// 60 is a leap second.
    package var second: Int
    /// Finer fractions are cut off, as the specification wants.
    package var nanosecond: Int

    /// nil when no clock shows such a time.
    init?(hour: Int, minute: Int, second: Int, nanosecond: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second) else { return nil }
        self.hour = hour
        self.minute = minute
        self.second = second
        self.nanosecond = nanosecond
    }
}

extension TOMLDateTime {
    /// Reads the whole text, of ASCII characters; nil when it is no date or time of TOML's.
    init?(_ text: ArraySlice<UInt8>) {
        var scanner = DigitScanner(text)
        if text.dropFirst(2).first == UInt8(ascii: ":") {
            guard let time = scanner.time(), scanner.isAtEnd else { return nil }
            self = .time(time)
            return
        }
        guard let date = scanner.date() else { return nil }
        if scanner.isAtEnd {
            self = .date(date)
            return
        }
        guard scanner.take(oneOf: "Tt "), let time = scanner.time() else { return nil }
        if scanner.isAtEnd {
            self = .local(date, time)
            return
        }
        guard let offset = scanner.offset(), scanner.isAtEnd else { return nil }
        self = .offset(date, time, offsetMinutes: offset)
    }
}

extension TOMLDateTime: CustomStringConvertible {
    /// The RFC 3339 form.
    package var description: String {
        switch self {
        case .offset(let date, let time, 0): "\(date)T\(time)Z"
        case .offset(let date, let time, let minutes):
            "\(date)T\(time)\(minutes < 0 ? "-" : "+")\(pad(abs(minutes) / 60, 2)):\(pad(abs(minutes) % 60, 2))"
        case .local(let date, let time): "\(date)T\(time)"
        case .date(let date): "\(date)"
        case .time(let time): "\(time)"
        }
    }
}

extension TOMLDate: CustomStringConvertible {
    package var description: String { "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))" }
}

extension TOMLTime: CustomStringConvertible {
    package var description: String {
        let seconds = "\(pad(hour, 2)):\(pad(minute, 2)):\(pad(second, 2))"
        guard nanosecond > 0 else { return seconds }
        var fraction = pad(nanosecond, 9)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return seconds + "." + fraction
    }
}

private func pad(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// Takes fixed-width numbers off a text.
private struct DigitScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        rest = text
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(oneOf characters: StaticString) -> Bool {
        guard let first = rest.first, characters.withUTF8Buffer({ $0.contains(first) }) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func number(digits: Int) -> Int? {
        guard rest.count >= digits, rest.prefix(digits).allSatisfy(\.isASCIIDigit) else { return nil }
        defer { rest = rest.dropFirst(digits) }
        return rest.prefix(digits).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    mutating func date() -> TOMLDate? {
        guard let year = number(digits: 4), take(oneOf: "-"), let month = number(digits: 2), take(oneOf: "-"),
            let day = number(digits: 2)
        else { return nil }
        return TOMLDate(year: year, month: month, day: day)
    }

    mutating func time() -> TOMLTime? {
        guard let hour = number(digits: 2), take(oneOf: ":"), let minute = number(digits: 2), take(oneOf: ":"),
            let second = number(digits: 2)
        else { return nil }
        var nanosecond = 0
        if take(oneOf: ".") {
            let digits = rest.prefix(while: \.isASCIIDigit)
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            for place in 0..<9 {
                let digit = place < digits.count ? digits[digits.startIndex + place] - UInt8(ascii: "0") : 0
                nanosecond = nanosecond * 10 + Int(digit)
            }
        }
        return TOMLTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
    }

    mutating func offset() -> Int? {
        if take(oneOf: "Zz") { return 0 }
        let isNegative = rest.first == UInt8(ascii: "-")
        guard take(oneOf: "+-"), let hours = number(digits: 2), hours <= 23, take(oneOf: ":"),
            let minutes = number(digits: 2), minutes <= 59
        else { return nil }
        return (isNegative ? -1 : 1) * (hours * 60 + minutes)
    }
}
