import GatewayCore
import Glibc
import Testing

@testable import gatewayd

struct LogWriterTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/gatewayd-log-XXXXXX".utf8CString)
        folder = String(cString: try #require(mkdtemp(&template)))
    }

    private func logger(_ change: (inout LoggingConfiguration) -> Void = { _ in }) throws -> (LogWriter, path: String) {
        var configuration = LoggingConfiguration(level: .info, format: .json)
        configuration.file = folder + "/gateway.log"
        change(&configuration)
        return (try LogWriter(configuration), folder + "/gateway.log")
    }

    private func lines(_ path: String) throws -> [JSONObject] {
        try Files.read(path).split(separator: 0x0A).compactMap { try JSONValue(parsing: Array($0)).object }
    }

    @Test func writesToItsFileAndOpensItAnew() throws {
        let (logger, path) = try logger()
        logger.log(.info, "first", [:])
        logger.log(.debug, "unseen", [:])
        logger.flush()
        rename(path, path + ".1")
        logger.log(.info, "second", [:])
        logger.flush()
        #expect(try lines(path + ".1").map { $0["event"] } == ["first", "second"])
        logger.reopen()
        logger.flush()
        logger.log(.info, "third", [:])
        logger.flush()
        #expect(try lines(path).map { $0["event"] } == ["third"])
        #expect(try lines(path + ".1").count == 2)
    }

    @Test func keepsWritingWhenTheFileCannotBeOpenedAnew() throws {
        let (logger, path) = try logger()
        rename(path, path + ".1")
        mkdir(path, 0o700)
        logger.reopen()
        logger.flush()
        logger.log(.info, "still", [:])
        logger.flush()
        #expect(try lines(path + ".1").map { $0["event"] } == ["still"])
    }

    @Test func refusesAFileThatCannotBeWritten() {
        #expect(throws: Files.Failure.self) { try logger { $0.file = "/nowhere/at/all.log" } }
    }

    @Test func makesItsFileForOwnerAndGroupAlone() throws {
        let (_, path) = try logger()
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o007 == 0)
    }

    @Test func takesSecretsOutOfBodies() throws {
        let (logger, path) = try logger()
        logger.log(.info, "body", ["request_id": "r"], body: Array(#"{"password":"hunter2"}"#.utf8))
        logger.flush()
        #expect(try lines(path).first?["body"] == #"{"password":"[redacted]"}"#)
    }

    @Test func aChangedLevelTakesHold() throws {
        let (logger, path) = try logger()
        var configuration = LoggingConfiguration(level: .error, format: .json)
        logger.configure(configuration)
        logger.log(.warning, "unseen", [:])
        configuration.level = .debug
        logger.configure(configuration)
        logger.log(.debug, "seen", [:])
        logger.flush()
        #expect(try lines(path).map { $0["event"] } == ["seen"])
    }
}
