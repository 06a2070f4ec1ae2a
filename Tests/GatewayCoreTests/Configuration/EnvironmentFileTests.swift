import Testing

@testable import GatewayCore

@Suite struct EnvironmentFileTests {
    private func parse(_ text: String) throws -> [String: String] {
        try EnvironmentFile(parsing: Array(text.utf8)).variables
    }

    @Test func readsAssignments() throws {
        let text = """
            # keys
            OPENAI_API_KEY=sk-1

            export GROQ_API_KEY=gsk  # of the team
            EMPTY=
            SPACED = a b \t
            URL=https://x/y#z
            SINGLE='a $HOME ${X} \\n # "b"'
            DOUBLE="a \\"b\\" \\$5\\tc\\\\"
            LINES="one
            two"
            LAST=x
            """
        #expect(
            try parse(text) == [
                "OPENAI_API_KEY": "sk-1", "GROQ_API_KEY": "gsk", "EMPTY": "", "SPACED": "a b", "URL": "https://x/y#z",
                "SINGLE": "a $HOME ${X} \\n # \"b\"", "DOUBLE": "a \"b\" $5\tc\\", "LINES": "one\ntwo", "LAST": "x",
            ])
    }

    @Test func readsLinesOfOtherSystems() throws {
        #expect(try parse("\u{FEFF}A=1\r\nB='2'\r\n\r\n") == ["A": "1", "B": "2"])
        #expect(try parse("") == [:])
    }

    @Test(arguments: [
        ("A=1\nB", "2: this is no assignment; write NAME=value"),
        ("\n\n1A=x", "3: this is no assignment; write NAME=value"),
        ("A-B=x", "1: this is no assignment; write NAME=value"),
        ("=x", "1: this is no assignment; write NAME=value"),
        ("A=1\nA=2", "2: A stands twice"),
        ("A=\"x\ny", "1: the quote that begins the value of A is never closed"),
        ("A='x' y", "1: something stands behind the quoted value of A"),
        ("A=\"\\x\"", "1: the value of A has a '\\' before what needs none; write '\\\\'"),
        ("A=${B}", "1: the value of A names another variable, which is not looked up; put it in single quotes"),
        (
            "A=\"a\nb${B}\"\nC",
            "1: the value of A names another variable, which is not looked up; put it in single quotes"
        ),
        ("A=x\u{0}", "1: the value of A is not text in UTF-8"),
    ])
    func namesTheLineOfAMistake(text: String, message: String) {
        let failure = #expect(throws: EnvironmentFile.Failure.self) { try parse(text) }
        #expect(failure?.description == message)
    }

    @Test func countsLinesInsideQuotes() {
        let failure = #expect(throws: EnvironmentFile.Failure.self) { try parse("A='1\n2\n3'\nB") }
        #expect(failure?.line == 4)
    }

    @Test func givesWayToTheProcess() throws {
        let file = try EnvironmentFile(parsing: Array("A=file\nB=file".utf8))
        #expect(file.behind(["A": "process", "C": ""]) == ["A": "process", "B": "file", "C": ""])
    }

    @Test("No bytes make it trap")
    func survivesAnything() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("A=\"'\\$ {}#\n\rexport \u{0}é".utf8) + [0xFF]
        for _ in 0..<500 {
            let bytes = (0..<20).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            _ = try? EnvironmentFile(parsing: bytes)
        }
    }
}
