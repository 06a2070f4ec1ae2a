import Testing

@testable import GatewayCore

struct TokenEstimatorTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        /// As `tiktoken` counts it in `o200k_base`.
        let tokens: Int

        var testDescription: String { name }

        static let all: [Sample] = {
            let file = try? JSONValue(parsing: FixtureFile.bytes("Tests/Fixtures/Tokens/samples.json"))
            return (file?["samples"]?.array ?? []).compactMap { sample in
                guard let name = sample["name"]?.string, let text = sample["text"]?.string,
                    let tokens = sample["o200k"]?.int
                else { return nil }
                return Sample(name: name, text: text, tokens: tokens)
            }
        }()
    }

    @Test func hasSamples() {
        #expect(Sample.all.count == 20)
    }

    @Test(arguments: Sample.all)
    func comesWithinAFifthOfTheVocabulary(sample: Sample) {
        let estimate = TokenEstimator().tokens(in: sample.text)
        #expect(abs(estimate - sample.tokens) * 5 <= sample.tokens, "\(estimate) for \(sample.tokens)")
    }

    @Test func isClosestOverAll() {
        let estimator = TokenEstimator()
        let truth = Sample.all.reduce(0) { $0 + $1.tokens }
        let estimate = Sample.all.reduce(0) { $0 + estimator.tokens(in: $1.text) }
        #expect(abs(estimate - truth) * 20 <= truth)
    }

    @Test func countsNothingForNothing() {
        #expect(TokenEstimator().tokens(in: "") == 0)
        #expect(TokenEstimator().tokens(in: "a") >= 1)
    }

    @Test func countsToolsAndImages() {
        var request = ChatRequest(model: "m", messages: [.user("Hi")])
        let plain = TokenEstimator().tokens(in: request)
        request.tools = [.function(FunctionTool(name: "get_weather", parameters: ["type": "object"]))]
        let withTool = TokenEstimator().tokens(in: request)
        #expect(withTool > plain)
        let png = Base64.encode(
            [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 3, 0, 0, 0, 2, 0]
                + [UInt8](repeating: 0, count: 16))
        request.messages.append(.user([.media(MediaPart(kind: .image, source: .base64(png)))]))
        // 768 by 512 pixels at 750 each, and the marks of a message.
        #expect(TokenEstimator().tokens(in: request) - withTool == 768 * 512 / 750 + 4)
    }
}

struct ImageSizeTests {
    private func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: 40) }

    @Test func readsTheHeadOfEachKind() throws {
        let gif = Array("GIF89a".utf8) + [0x40, 0x01, 0xF0, 0x00]
        #expect(ImageSize(padded(gif)).map { [$0.width, $0.height] } == [320, 240])
        let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC2, 0, 17, 8, 0x01, 0xE0, 0x02, 0x80]
        #expect(ImageSize(padded(jpeg)).map { [$0.width, $0.height] } == [640, 480])
        let webp = Array("RIFF0000WEBPVP8X".utf8) + [10, 0, 0, 0, 0, 0, 0, 0, 0x1F, 0x03, 0, 0x57, 0x02, 0]
        #expect(ImageSize(padded(webp)).map { [$0.width, $0.height] } == [800, 600])
    }

    @Test(arguments: [[], [0xFF, 0xD8, 0xFF], Array("RIFF".utf8), Array("hello, this is no image at all, is it".utf8)])
    func readsNothingElse(bytes: [UInt8]) {
        #expect(ImageSize(bytes) == nil)
    }

    @Test func survivesAJPEGThatPointsBeyondItsEnd() {
        #expect(ImageSize(padded([0xFF, 0xD8, 0xFF, 0xE0, 0xFF, 0xFF])) == nil)
    }
}
