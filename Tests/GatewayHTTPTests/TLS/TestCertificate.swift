import Glibc

/// A self-signed certificate for `localhost`, and for no address, made anew for each run of the tests.
struct TestCertificate: Sendable {
    let certificate: String
    let key: String

    static let localhost = TestCertificate()
    static let other = TestCertificate()

    private init() {
        var template = Array("/tmp/gateway-tls-XXXXXX".utf8CString)
        let folder = mkdtemp(&template).map { String(cString: $0) } ?? ""
        certificate = folder + "/certificate.pem"
        key = folder + "/key.pem"
        let code = openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out",
            certificate, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
        ])
        precondition(code == 0, "the openssl command made no certificate")
    }
}

/// Runs the openssl command with nothing to read and nobody listening; returns its exit status.
func openssl(_ arguments: [String]) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    defer { posix_spawn_file_actions_destroy(&actions) }
    var words: [UnsafeMutablePointer<CChar>?] = (["openssl"] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    guard posix_spawnp(&child, "openssl", &actions, nil, &words, environ) == 0 else { return -1 }
    var status: Int32 = 0
    guard waitpid(child, &status, 0) == child else { return -1 }
    return status
}
