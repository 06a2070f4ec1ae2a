/// How much of a request's head the server reads before it refuses.
package struct HTTPLimits: Sendable, Equatable {
    /// Request line and header section together, line ends included.
    package var headBytes = 64 * 1024
    package var headerCount = 128
    package var targetBytes = 16 * 1024

    package init() {}
}
