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

    @Test(arguments: ["", "hosx", "x-api-kez", "content-typo", "x-request-id"])
    func leavesOtherNamesAlone(name: String) {
        #expect(Array(name.utf8).withUnsafeBufferPointer { FieldName.usual($0) } == nil)
    }
}
