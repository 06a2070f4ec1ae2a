import Testing

@testable import GatewayCore

@Suite struct InterpolationTests {
    private func resolve(_ text: String) throws(Interpolation.Failure) -> Interpolation.Result {
        try Interpolation(text).resolved(in: ["A": "1", "EMPTY": "", "NEST": "${A}", "_x9": "ü"])
    }

    @Test(arguments: ["", "plain", "$", "$$", "$A", "{A}", "a$b$", "$ {A}"])
    func leavesOtherTextsAlone(_ text: String) throws {
        #expect(try resolve(text) == .unchanged)
    }

    @Test(arguments: [
        ("${A}", "1"), ("x${A}y${A}", "x1y1"), ("${EMPTY}", ""), ("${EMPTY:-d}", "d"), ("${NONE:-d e}", "d e"),
        ("${NONE:-}", ""), ("${A:-d}", "1"), ("${NONE:-a:-b}", "a:-b"), ("$${A}", "${A}"), ("$$${A}", "$${A}"),
        ("${NEST}", "${A}"), ("é${_x9}é", "éüé"), ("${NONE:-${A}", "${A"),
    ])
    func replaces(_ text: String, _ expected: String) throws {
        #expect(try resolve(text) == .replaced(expected))
    }

    @Test(arguments: [
        ("${NONE}", Interpolation.Failure.unset("NONE")), ("${A", .unclosed), ("x${", .unclosed), ("${}", .badName("")),
        ("${a b}", .badName("a b")), ("${9}", .badName("9")), ("${A:d}", .badName("A:d")), ("${:-d}", .badName(":-d")),
    ])
    func refuses(_ text: String, _ failure: Interpolation.Failure) {
        #expect(throws: failure) { try resolve(text) }
    }
}
