import GatewayCore

/// Figures as people read them.
enum Readable {
    /// `1,234,567`.
    static func number(_ value: Int) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var text = value < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// Tokens, or `-` where no request reported any.
    static func tokens(_ value: Int, _ totals: UsageTotals) -> String {
        totals.counted == 0 ? "-" : number(value)
    }

    static func count(_ value: Int, _ noun: String) -> String {
        "\(number(value)) \(noun)\(value == 1 ? "" : "s")"
    }

    /// `98.7 %`; only all and none are whole numbers.
    static func percent(_ fraction: Double) -> String {
        var tenths = Int((fraction * 1000).rounded())
        if tenths == 1000, fraction < 1 { tenths = 999 }
        if tenths == 0, fraction > 0 { tenths = 1 }
        return tenths % 1000 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }

    /// `$12.34` from ten dollars on, `$0.0123` below; rounded half up.
    static func dollars(_ pico: Int64) -> String {
        let decimals = pico.magnitude >= 10_000_000_000_000 ? 2 : 4
        let scale: UInt64 = decimals == 2 ? 10_000_000_000 : 100_000_000
        let units = (pico.magnitude + scale / 2) / scale
        if units == 0, pico != 0 { return "< $0.0001" }
        let perDollar: UInt64 = decimals == 2 ? 100 : 10_000
        let fraction = String(units % perDollar)
        return (pico < 0 ? "-$" : "$") + number(Int(units / perDollar)) + "."
            + String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
    }

    /// `840 ms`, `12.3 s`, `2 m 5 s`.
    static func duration(_ milliseconds: Double) -> String {
        let whole = Int(min(milliseconds, 1e12).rounded())
        if whole < 1 { return "< 1 ms" }
        if whole < 1000 { return "\(whole) ms" }
        if whole < 60_000 { return "\(whole / 1000).\(whole % 1000 / 100) s" }
        return span(Double(whole) / 1000)
    }

    /// The two largest units: `3 d 4 h`, `2 m 5 s`.
    static func span(_ seconds: Double) -> String {
        let whole = Int(max(0, min(seconds, 1e12)))
        let parts = [(whole / 86_400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
        let first = parts.firstIndex { $0.0 > 0 } ?? parts.count - 1
        return parts[first...].prefix(2).map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }

    /// `1.4 GB`, in powers of ten.
    static func bytes(_ count: Int) -> String {
        var (value, unit) = (Double(count), "bytes")
        for next in ["kB", "MB", "GB", "TB"] where value >= 1000 { (value, unit) = (value / 1000, next) }
        if unit == "bytes" { return "\(count) bytes" }
        let tenths = Int((value * 10).rounded())
        return tenths >= 1000 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }

    /// `2026-11-21 10:30`.
    static func time(_ secondsSince1970: Double) -> String {
        let text = Timestamp.iso8601(secondsSince1970)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }

    /// Names come from clients: no control characters reach the terminal, and a long one is cut.
    static func name(_ name: String) -> String {
        if name.isEmpty { return "(none)" }
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars.prefix(48) {
            let isPlain = scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
            scalars.append(isPlain ? scalar : "\u{FFFD}")
        }
        return String(scalars) + (name.unicodeScalars.count > 48 ? "…" : "")
    }
}

extension Readable {
    /// Names on the left, values behind them.
    static func list(_ lines: [(String, String)]) -> String {
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { "  " + pad($0.0, to: width) + "  \($0.1)\n" }.joined()
    }

    /// - Parameter textColumns: so many columns stand at their left edge, the figures after them at their right one.
    static func table(_ rows: [[String]], textColumns: Int = 1) -> String {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { place, cell in
                place < textColumns
                    ? pad(cell, to: widths[place])
                    : String(repeating: " ", count: widths[place] - cell.count) + cell
            }
            return "  " + cells.joined(separator: "  ") + "\n"
        }.joined()
    }

    private static func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
