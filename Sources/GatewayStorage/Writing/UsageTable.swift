/// The tables of sums: what a row of each is about, and the statements that add to them.
enum UsageTable: String {
    case hourly = "usage_hourly"
    /// The same by the day.
    case daily = "usage_daily"
    /// By the fields of the requests' metadata.
    case metadata = "usage_hourly_metadata"
    /// The same without providers and models.
    case values = "usage_hourly_values"

    enum Column: String {
        case hour, day, provider, model, field, value
        case keyName = "api_key_name"

        /// From a table that has hours.
        fileprivate var source: String { self == .day ? "hour / 24" : rawValue }
    }

    var keyColumns: [Column] {
        switch self {
        case .hourly: [.hour, .keyName, .provider, .model]
        case .daily: [.day, .keyName, .provider, .model]
        case .metadata: [.field, .hour, .value, .keyName, .provider, .model]
        case .values: [.field, .hour, .value, .keyName]
        }
    }

    /// The smaller table that rows of this one go into once their hour is over.
    var summary: UsageTable? {
        switch self {
        case .hourly: .daily
        case .metadata: .values
        case .daily, .values: nil
        }
    }

    /// In the order of `UsageRollup.Sums.counts`.
    private static let countColumns = [
        "requests", "successes", "failures", "business_errors", "timeouts", "cancelled", "streams", "retried", "warned",
        "counted", "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
        "reasoning_tokens", "priced", "total_cost_pico", "duration_ms", "cache_hits", "cache_misses", "estimated",
        "saved_input_tokens", "saved_output_tokens", "saved_cost_pico",
    ]
    private static let histogramColumns = ["duration_histogram", "ttfb_histogram"]
    private static let sumColumns = countColumns + histogramColumns

    /// The parameters are the key's columns, the counts and the two histograms.
    var addition: String {
        let places = (keyColumns.map(\.rawValue) + Self.sumColumns).map { _ in "?" }.joined(separator: ", ")
        return "\(insertion) VALUES (\(places)) \(Self.sum)"
    }

    /// Adds the rows of another table that the condition names.
    func addition(from source: UsageTable, where condition: String) -> String {
        let columns = (keyColumns.map(\.source) + Self.sumColumns).joined(separator: ", ")
        return "\(insertion) SELECT \(columns) FROM \(source.rawValue) WHERE \(condition) \(Self.sum)"
    }

    private var insertion: String {
        "INSERT INTO \(rawValue) (\((keyColumns.map(\.rawValue) + Self.sumColumns).joined(separator: ", ")))"
    }

    private static let sum =
        "ON CONFLICT DO UPDATE SET "
        + (countColumns.map { "\($0) = \($0) + excluded.\($0)" }
        + histogramColumns.map { "\($0) = histogram_sum(\($0), excluded.\($0))" }).joined(separator: ", ")

    /// A query for the names of the fields in a table of metadata, each found by a look-up: they come first in the table's
    /// key, and are few.
    static func fields(of table: String) -> String {
        """
        WITH RECURSIVE fields (name) AS (
            SELECT min(field) FROM \(table) UNION ALL
            SELECT (SELECT min(field) FROM \(table) WHERE field > name) FROM fields WHERE name IS NOT NULL)
        SELECT name FROM fields
        """
    }
}
