import Glibc
import Testing

@testable import GatewayCore

/// The public suite, toml-lang/toml-test (MIT). It is not part of the repository: `TOML_TEST=<checkout>/tests swift test
/// --filter TOMLSuite` runs it.
@Suite(.enabled(if: getenv("TOML_TEST") != nil)) struct TOMLSuiteTests {
    private let root: String
    private let files: [String]

    init() {
        root = getenv("TOML_TEST").map { String(cString: $0) } ?? ""
        files = String(decoding: FixtureFile.bytes(at: root + "/files-toml-1.0.0"), as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.hasSuffix(".toml") }
    }

    @Test func acceptsEveryValidDocumentWithItsValues() throws {
        let valid = files.filter { $0.hasPrefix("valid/") }
        #expect(valid.count >= 200)
        for file in valid {
            let table = try #require(try? TOMLTable(parsing: FixtureFile.bytes(at: root + "/" + file)), "\(file)")
            let expected = try JSONValue(
                parsing: FixtureFile.bytes(at: root + "/" + file.dropLast(5) + ".json"))
            #expect(table.tagged.normalized == expected.normalized, "\(file)")
        }
    }

    @Test func refusesEveryInvalidDocument() {
        let invalid = files.filter { $0.hasPrefix("invalid/") }
        #expect(invalid.count >= 400)
        for file in invalid {
            #expect(throws: TOMLError.self, "\(file)") {
                try TOMLTable(parsing: FixtureFile.bytes(at: root + "/" + file))
            }
        }
    }
}

extension JSONValue {
    /// Tagged values in one spelling: members sorted, floats as Swift writes them, fractions of seconds without zeros.
    fileprivate var normalized: JSONValue {
        switch self {
        case .array(let items): .array(items.map(\.normalized))
        case .object(let object):
            if let type = object["type"]?.string, let value = object["value"]?.string, object.count == 2 {
                ["type": .string(type), "value": .string(Self.normalize(value, of: type))]
            } else {
                .object(JSONObject(object.map { ($0.key, $0.value.normalized) }.sorted { $0.0 < $1.0 }))
            }
        default: self
        }
    }

    private static func normalize(_ value: String, of type: String) -> String {
        switch type {
        case "float":
            return value.contains("nan") ? "nan" : Double(value).map { String($0) } ?? value
        case "datetime", "datetime-local", "date-local", "time-local":
            return TOMLDateTime(Array(value.utf8)[...]).map { "\($0)" } ?? value
        default: return value
        }
    }
}
