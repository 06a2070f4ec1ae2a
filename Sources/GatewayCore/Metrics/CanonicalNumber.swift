/// Numbers as OpenMetrics 1.0 wants them in `le`: `0.25`, `1.0`, `5e-05`, `1.048576e+06`.
///
/// Prometheus 2 takes the text for the identity of the bucket, so it must not differ between formats or versions.
enum CanonicalNumber {
    /// Of the whole number divided by a power of ten.
    static func text(_ value: Int, decimals: Int) -> String {
        guard value != 0 else { return "0.0" }
        var digits = String(value.magnitude)
        let exponent = digits.utf8.count - 1 - decimals
        while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
        let sign = value < 0 ? "-" : ""
        guard (-4..<6).contains(exponent) else {
            let fraction = digits.utf8.count > 1 ? "." + digits.dropFirst() : ""
            let power = String(exponent.magnitude)
            return sign + digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+")
                + (power.utf8.count < 2 ? "0" : "") + power
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
        let whole = exponent + 1
        guard digits.utf8.count > whole else {
            return sign + digits + String(repeating: "0", count: whole - digits.utf8.count) + ".0"
        }
        return sign + digits.prefix(whole) + "." + digits.dropFirst(whole)
    }
}
