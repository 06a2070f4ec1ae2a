import Glibc

/// A system call that failed, with the reason the system gave.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The call's name as its manual page has it.
    package let call: String
    /// The value of `errno`.
    package let code: Int32

    package init(call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String {
        "\(call): \(strerror(code).map { String(cString: $0) } ?? "error") (\(code))"
    }
}
