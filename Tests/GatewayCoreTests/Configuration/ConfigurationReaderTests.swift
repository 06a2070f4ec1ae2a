import Testing

@testable import GatewayCore

@Suite struct ConfigurationReaderTests {
    /// What reading the document's root gives, with its problems.
    private func read<Value>(
        _ toml: String, _ body: (inout ConfigurationReader) -> Value
    ) throws -> (value: Value, problems: [String]) {
        var builder = ConfigurationTreeBuilder(file: "f", environment: ["N": "7", "F": "true", "L": "a,b"])
        let document = try TOMLTable(parsing: Array(toml.utf8))
        var reader = ConfigurationReader(builder.table(document, at: SourcePosition(line: 1, column: 1)))
        let value = body(&reader)
        return (value, reader.finish().map(\.description))
    }

    @Test func acceptsWhatItAskedFor() throws {
        let result = try read("a = 1\nb = true\nc = 'x'\n[d]\ne = 0.5") { reader in
            #expect(reader.integer("a", in: 0...1) == 1)
            #expect(reader.boolean("b") == true)
            #expect(reader.string("c") == "x")
            #expect(reader.table("d") { $0.seconds("e") } == .milliseconds(500))
            #expect(reader.string("absent") == nil)
        }
        #expect(result.problems.isEmpty)
    }

    @Test func readsTextsOfTheEnvironmentAsAnyType() throws {
        let result = try read("a = '${N}'\nb = '${F}'\nc = '${N}.5'\nd = '${L}'") { reader in
            #expect(reader.integer("a", in: 0...10) == 7)
            #expect(reader.boolean("b") == true)
            #expect(reader.seconds("c") == .milliseconds(7500))
            #expect(reader.strings("d") == ["a", "b"])
        }
        #expect(result.problems.isEmpty)
    }

    @Test func doesNotReadStringsOfTheFileAsNumbers() throws {
        let result = try read("a = '7'\nb = 'true'") { reader in
            #expect(reader.integer("a", in: 0...10) == nil)
            #expect(reader.boolean("b") == nil)
        }
        #expect(
            result.problems == [
                "f:1:5: 'a' should be an integer, not a string (write the number without quotes and fraction)",
                "f:2:5: 'b' should be a boolean, not a string (write true or false, without quotes)",
            ])
    }

    @Test(arguments: [
        ("a = 0", "'a' is out of range (write a number from 1 to 5)"),
        ("a = 6", "'a' is out of range (write a number from 1 to 5)"),
        ("a = 1.0", "'a' should be an integer, not a float (write the number without quotes and fraction)"),
    ])
    func boundsIntegers(_ toml: String, _ problem: String) throws {
        #expect(try read(toml) { $0.integer("a", in: 1...5) }.problems == ["f:1:5: " + problem])
    }

    @Test(arguments: ["0", "-1", "inf", "nan", "1e300", "'1'", "true", "[]"])
    func refusesImpossibleTimes(_ value: String) throws {
        let result = try read("a = \(value)") { $0.seconds("a") }
        #expect(result.value == nil)
        #expect(result.problems == ["f:1:5: 'a' should be a number of seconds above 0 (write a = 30)"])
    }

    @Test(arguments: [
        ("https://api.example.com/v1", "https://api.example.com/v1"), ("http://[::1]:80/", "http://[::1]:80"),
        ("HTTPS://host//", "HTTPS://host"), ("http://user:pass@host", "http://user:pass@host"),
    ])
    func takesURLsWithoutTheirLastSlash(_ text: String, _ url: String) throws {
        #expect(try read("a = '\(text)'") { $0.url("a") }.value == url)
    }

    @Test(arguments: [
        "", "host", "ftp://host", "https://", "https:///path", "https://:80", "https://a b", "https://h?x",
        "https://h#x",
        "https://hé", "https:/host", "https://user@",
    ])
    func refusesWhatIsNoURL(_ text: String) throws {
        let result = try read("a = '\(text)'") { $0.url("a") }
        #expect(result.value == nil)
        #expect(result.problems == ["f:1:5: 'a' is no URL of a server (write it as https://host[:port][/path])"])
    }

    @Test func refusesHeadersThatCouldSplitAMessage() throws {
        let result = try read("[h]\n'a b' = 'x'\nc = \"x\\r\\nd: e\"\nok = 'é'") { $0.headers("h") }
        #expect(result.value == ["ok": "é"])
        #expect(
            result.problems == [
                "f:2:9: 'a b' cannot be a header's name (write letters, digits and '-')",
                "f:3:5: the header 'c' holds a control character (delete it)",
            ])
    }

    @Test func takesOneTableForAnArrayOfOne() throws {
        for toml in ["[[a]]\nb = 'x'", "[a]\nb = 'x'", "a = [{b = 'x'}]"] {
            var found: [String?] = []
            let result = try read(toml) { reader in reader.tables("a") { found.append($0.string("b")) } }
            #expect(found == ["x"])
            #expect(result.problems.isEmpty)
        }
        let result = try read("a = [{}, 1]") { reader in reader.tables("a") { _ in } }
        #expect(result.problems == ["f:1:10: 'a' should be a table, not an integer (write [[a]] and its keys below)"])
    }

    @Test func neverShowsASecret() throws {
        let result = try read("a = \"sk-secret \\n\"\nb = 12345678") { reader in
            #expect(reader.secret("a") == nil)
            #expect(reader.secret("b") == nil)
        }
        #expect(result.problems.count == 2)
        #expect(!result.problems.contains { $0.contains("secret \n") || $0.contains("sk-") || $0.contains("1234") })
    }

    @Test func countsAnEmptySecretAsAbsent() throws {
        let result = try read("a = ''") { $0.secret("a") }
        #expect(result.value == nil)
        #expect(result.problems.isEmpty)
    }
}
