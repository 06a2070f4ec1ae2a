import Testing

@testable import GatewayCore

struct DataURLTests {
    @Test(arguments: [
        "data:image/png;base64,iVBO", "data:;base64,QQ==", "data:text/plain;charset=utf-8;base64,QQ==",
    ])
    func writesWhatItRead(_ text: String) {
        #expect(DataURL(text)?.text == text)
    }

    @Test(arguments: ["https://example.com/a,b;base64,x", "data:text/plain,hello", "data:", "data:image/png;base64"])
    func refusesOthers(_ text: String) {
        #expect(DataURL(text) == nil)
    }

    @Test func readsCaseInsensitively() {
        #expect(DataURL("DATA:image/png;BASE64,AA==") == DataURL(mediaType: "image/png", base64: "AA=="))
    }
}
