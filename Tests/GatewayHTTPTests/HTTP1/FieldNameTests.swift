import Testing

@testable import GatewayHTTP

struct FieldNameTests {
    @Test(arguments: [
        "host", "date", "accept", "server", "x-api-key", "user-agent", "connection", "content-type", "authorization",
        "cache-control", "content-length", "accept-encoding", "transfer-encoding",
    ])
    func knowsUsualNamesInAnyCase(name: String) {
        for written in [name, name.uppercased()] {
            let found = Array(written.utf8).withUnsafeBufferPointer { FieldName.usual($0) }
            #expect(found == name)
        }
    }

    /// A carriage return is a hyphen but for the bit that tells the cases of letters apart.
    @Test(arguments: [
        "", "hosx", "x-api-kez", "content-typo", "x-request-id", "content\rtype", "transfer\rencoding", "x\rapi-key",
        "HOS\u{14}", "cache-contro,",
    ])
    func leavesOtherNamesAlone(name: String) {
        #expect(Array(name.utf8).withUnsafeBufferPointer { FieldName.usual($0) } == nil)
    }
}
