/// Exact decimal arithmetic in 10^-12 USD, the unit of every amount in the gateway.
///
/// A price of one token is whole in it as long as the price of a million tokens has at most six decimals, and 64 bits
/// hold nine million dollars. What does not fit is nil, never a wrapped or rounded number.
package enum PicoUSD {
    package static let perDollar: Int64 = 1_000_000_000_000

    /// Reads a decimal number, `2.50` or `2.5e-06`, and multiplies it by ten to the power of `scale`; nil when it is no
    /// such number, negative, beyond 64 bits, or has digits left behind the point.
    package static func exact(_ text: some StringProtocol, scale: Int) -> Int64? {
        guard let decimal = Digits(text) else { return nil }
        return decimal.shifted(by: scale, rounding: .refuse)
    }

    /// The same, with what is left behind the point rounded half up: for amounts that others computed in binary.
    package static func rounded(_ text: some StringProtocol, scale: Int) -> Int64? {
        guard let decimal = Digits(text) else { return nil }
        return decimal.shifted(by: scale, rounding: .halfUp)
    }

    /// The amount in USD as a decimal number with every digit: `0.00013125`.
    package static func decimalUSD(_ pico: Int64) -> String {
        decimal(pico, places: 12)
    }

    /// `pico / 10^places` without trailing zeros.
    package static func decimal(_ value: Int64, places: Int) -> String {
        var divisor: UInt64 = 1
        for _ in 0..<places { divisor *= 10 }
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: divisor)
        var fraction = String(rest)
        fraction = String(repeating: "0", count: places - fraction.utf8.count) + fraction
        while fraction.utf8.last == UInt8(ascii: "0") { fraction.removeLast() }
        return (value < 0 ? "-" : "") + String(whole) + (fraction.isEmpty ? "" : "." + fraction)
    }
}

/// A decimal number as its digits and the power of ten they stand for.
private struct Digits {
    enum Rounding { case refuse, halfUp }

    private var significand: UInt64 = 0
    private var exponent = 0

    init?(_ text: some StringProtocol) {
        var hasDigits = false
        var isBehindPoint = false
        var rest = Substring(text).utf8
        while let byte = rest.first {
            if byte.isASCIIDigit {
                hasDigits = true
                let (product, overflow) = significand.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
                guard !overflow, !carry else { return nil }
                significand = sum
                if isBehindPoint { exponent -= 1 }
            } else if byte == UInt8(ascii: "."), !isBehindPoint {
                isBehindPoint = true
            } else {
                break
            }
            rest = rest.dropFirst()
        }
        guard hasDigits else { return nil }
        guard let mark = rest.first else { return }
        guard mark | 0x20 == UInt8(ascii: "e"), let power = Int(Substring(rest.dropFirst())), abs(power) < 1000 else {
            return nil
        }
        exponent += power
    }

    func shifted(by scale: Int, rounding: Rounding) -> Int64? {
        var value = significand
        var power = exponent + scale
        while power > 0, value > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
            power -= 1
        }
        var lastDropped: UInt64 = 0
        while power < 0, value > 0 || lastDropped > 0 {
            lastDropped = value % 10
            if rounding == .refuse, lastDropped != 0 { return nil }
            value /= 10
            power += 1
        }
        return Int64(exactly: lastDropped >= 5 ? value + 1 : value)
    }
}
