import GatewayCore
import Glibc
import Testing

@testable import GatewayProviders

struct SignatureV4Tests {
    /// A case of AWS's own suite; the file names its source.
    struct SuiteCase: Sendable, CustomTestStringConvertible {
        var name: String
        var message: SignatureV4.Message
        var signer: SignatureV4
        var instant: Double
        var canonicalRequest: String
        var signature: String

        var testDescription: String { name }

        init?(_ json: JSONValue) {
            guard let name = json["name"]?.string, let method = json["method"]?.string, let path = json["path"]?.string,
                let fields = json["headers"]?.array, let region = json["region"]?.string,
                let service = json["service"]?.string, let keyID = json["keyID"]?.string,
                let secret = json["secret"]?.string, let time = json["time"]?.string,
                let instant = Timestamp.seconds(iso8601: time), let canonical = json["canonicalRequest"]?.string,
                let signature = json["signature"]?.string
            else { return nil }
            self.name = name
            var headers = HTTPFields()
            var host = ""
            for field in fields {
                guard let name = field[0]?.string, let value = field[1]?.string else { return nil }
                if name.lowercased() == "host" { host = value } else { headers.append(name, value) }
            }
            let body = Array((json["body"]?.string ?? "").utf8)
            if json["signsBody"] == true { headers.append("x-amz-content-sha256", SHA256.digest(body).hexadecimal) }
            message = SignatureV4.Message(method: method, host: host, path: path, headers: headers, body: body)
            message.query = (json["query"]?.string ?? "").split(separator: "&").map { item in
                let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (name: parts[0].decoded, value: parts.count > 1 ? parts[1].decoded : "")
            }
            signer = SignatureV4(
                region: region, service: service, keyID: keyID, secret: Secret(secret),
                sessionToken: json["token"]?.string.map { Secret($0) })
            self.instant = instant
            canonicalRequest = canonical
            self.signature = signature
        }
    }

    static let suite = cases(in: "aws-suite.json").compactMap { SuiteCase($0) }

    static func cases(in file: String, from here: StaticString = #filePath) -> [JSONValue] {
        let root = "\(here)".split(separator: "/").prefix { $0 != "Tests" }.joined(separator: "/")
        let text = Self.bytes(at: "/\(root)/Tests/Fixtures/SignatureV4/\(file)")
        // A file that cannot be read has no cases, which `theFilesAreThere` tells.
        return (try? JSONValue(parsing: text))?["cases"]?.array ?? []
    }

    private static func bytes(at path: String) -> [UInt8] {
        guard let file = fopen(path, "rb") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        return Array(bytes[..<fread(&bytes, 1, bytes.count, file)])
    }

    @Test func theFilesAreThere() {
        #expect(Self.suite.count == 30)
        #expect(Self.cases(in: "botocore.json").count == 4)
    }

    @Test("PITFALLS 25: signatures are those of AWS's suite", arguments: suite)
    func signsAWSsSuite(_ test: SuiteCase) throws {
        let added = test.signer.headers(for: test.message, at: test.instant)
        let date = try #require(added["x-amz-date"])
        var canonicalHeaders: HTTPFields = ["x-amz-date": date]
        if let token = test.signer.sessionToken { canonicalHeaders.append("x-amz-security-token", token.revealed) }
        let (text, _) = test.signer.canonicalRequest(test.message, adding: canonicalHeaders)
        #expect(text == test.canonicalRequest)
        #expect(added["authorization"]?.hasSuffix("Signature=\(test.signature)") == true)
    }

    @Test("PITFALLS 25: Bedrock's requests are signed as botocore signs them, model ids with a colon included")
    func signsAsBotocore() throws {
        for test in Self.cases(in: "botocore.json") {
            let url = try #require(test["url"]?.string)
            let (host, path) = try #require(url.hostAndPath)
            var message = SignatureV4.Message(method: try #require(test["method"]?.string), host: host, path: path)
            message.body = Array((test["body"]?.string ?? "").utf8)
            for field in test["headers"]?.array ?? [] {
                message.headers.append(try #require(field[0]?.string), try #require(field[1]?.string))
            }
            let signer = SignatureV4(
                region: "eu-central-1", service: "bedrock", keyID: "AKIDEXAMPLE",
                secret: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                sessionToken: test["token"]?.string.map { Secret($0) })
            let instant = try #require(test["time"]?.string.flatMap(Timestamp.seconds(iso8601:)))
            let added = signer.headers(for: message, at: instant)
            #expect(added["authorization"] == test["authorization"]?.string, "\(test["name"]?.string ?? "")")
            #expect(added["x-amz-date"] == test["date"]?.string)
        }
    }
}

extension String {
    fileprivate var hostAndPath: (String, String)? {
        guard hasPrefix("https://") else { return nil }
        let rest = dropFirst(8)
        let host = rest.prefix { $0 != "/" }
        return (String(host), String(rest[host.endIndex...]))
    }
}

extension Substring {
    /// Without its percent-encoding.
    fileprivate var decoded: String {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
