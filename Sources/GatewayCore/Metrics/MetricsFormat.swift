/// The two ways in which metrics are written.
public enum MetricsFormat: Sendable, CaseIterable {
    /// Prometheus's text format, version 0.0.4.
    case prometheus
    /// OpenMetrics 1.0.
    case openMetrics

    public var contentType: String {
        switch self {
        case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// What a scraper that sends this `Accept` header wants most; Prometheus's own format unless it prefers the other.
    public static func preferred(by accept: String?) -> MetricsFormat {
        guard let accept else { return .prometheus }
        let wishes = accept.split(separator: ",").compactMap { Wish($0) }
        let best = wishes.max { $0.quality < $1.quality }
        // `max` gives the last of equal ones, a header's order means the first.
        return wishes.first { $0.quality == best?.quality }?.format ?? .prometheus
    }

    /// One of the media ranges of an `Accept` header that the gateway can satisfy.
    private struct Wish {
        var format: MetricsFormat
        /// In thousandths, as RFC 9110 section 12.4.2 bounds it.
        var quality = 1000

        init?(_ range: Substring) {
            let parts = range.filter { $0 != " " && $0 != "\t" }.split(separator: ";")
            guard let type = parts.first else { return nil }
            if type.equalsIgnoringASCIICase("application/openmetrics-text") {
                format = .openMetrics
            } else if type.equalsIgnoringASCIICase("text/plain") || type == "*/*" || type == "text/*" {
                format = .prometheus
            } else {
                return nil
            }
            for parameter in parts.dropFirst() {
                let pair = parameter.split(separator: "=", maxSplits: 1)
                guard pair.count == 2 else { continue }
                switch pair[0].lowercased() {
                case "version":
                    if format == .openMetrics, pair[1] != "1.0.0" { return nil }
                    if format == .prometheus, pair[1] != "0.0.4" { return nil }
                case "q":
                    guard let factor = Double(pair[1]), factor > 0, factor <= 1 else { return nil }
                    quality = Int(factor * 1000)
                default: break
                }
            }
            guard quality > 0 else { return nil }
        }
    }
}
