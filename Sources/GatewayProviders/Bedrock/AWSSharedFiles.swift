import GatewayCore

/// The files in which AWS's tools keep profiles: `~/.aws/credentials` and `~/.aws/config`.
///
/// Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
struct AWSSharedFiles {
    private let surroundings: CredentialSurroundings
    private let profile: String

    private static let maxBytes = 1 << 20

    init(_ surroundings: CredentialSurroundings, profile: String?) {
        self.surroundings = surroundings
        self.profile = profile ?? surroundings.variable("AWS_PROFILE") ?? "default"
    }

    /// The keys of the profile, which go in the credentials file before the other; nil where neither has any.
    func credential() async throws(ProviderError) -> ProviderCredential? {
        for section in [try await credentialsSection(), try await configSection()] {
            guard let id = section["aws_access_key_id"], let secret = section["aws_secret_access_key"] else { continue }
            return ProviderCredential(
                .signingKey(
                    id: id, secret: Secret(secret), sessionToken: section["aws_session_token"].map { Secret($0) }))
        }
        return nil
    }

    func region() async throws(ProviderError) -> String? {
        if let region = try await configSection()["region"] { return region }
        return try await credentialsSection()["region"]
    }

    private func credentialsSection() async throws(ProviderError) -> [String: String] {
        try await file("AWS_SHARED_CREDENTIALS_FILE", "credentials").section(profile)
    }

    /// All profiles but the default have `profile` before their name there.
    private func configSection() async throws(ProviderError) -> [String: String] {
        let file = try await file("AWS_CONFIG_FILE", "config")
        let section = file.section("profile " + profile)
        return section.isEmpty && profile == "default" ? file.section(profile) : section
    }

    private func file(_ variable: String, _ name: String) async throws(ProviderError) -> AWSProfileFile {
        let home = surroundings.variable("HOME")
        guard let path = surroundings.variable(variable) ?? home.map({ "\($0)/.aws/\(name)" }) else {
            return AWSProfileFile([])
        }
        do {
            return AWSProfileFile(try await surroundings.files.read(path, upTo: Self.maxBytes))
        } catch {
            switch error {
            case .notFound: return AWSProfileFile([])
            case .tooLarge(let limit): throw ProviderError("\(path) has more than \(limit) bytes")
            case .unreadable(let reason): throw ProviderError("\(path) cannot be read: \(reason)")
            }
        }
    }
}

/// A file of sections in brackets with keys below them. Lines that are indented belong to the value above; nothing here asks
/// for those.
struct AWSProfileFile {
    private var sections: [String: [String: String]] = [:]

    init(_ bytes: [UInt8]) {
        var name: String?
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            guard let first = line.first, first != 0x20, first != 0x09, first != UInt8(ascii: "#"),
                first != UInt8(ascii: ";")
            else { continue }
            if first == UInt8(ascii: "[") {
                let inside = line.dropFirst().prefix { $0 != UInt8(ascii: "]") }
                name = Self.words(inside).joined(separator: " ")
            } else if let name, let sign = line.firstIndex(of: UInt8(ascii: "=")) {
                let key = Self.words(line[..<sign]).joined(separator: " ").lowercased()
                let value = Self.withoutComment(Self.words(line[(sign + 1)...]))
                if !key.isEmpty, !value.isEmpty { sections[name, default: [:]][key] = value }
            }
        }
    }

    /// Empty for a section that is not there.
    func section(_ name: String) -> [String: String] { sections[name] ?? [:] }

    private static func words(_ bytes: ArraySlice<UInt8>) -> [String] {
        bytes.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A comment inside a line has a blank before it.
    private static func withoutComment(_ words: [String]) -> String {
        words.prefix { !$0.hasPrefix("#") && !$0.hasPrefix(";") }.joined(separator: " ")
    }
}
