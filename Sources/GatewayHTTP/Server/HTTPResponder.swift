/// Answers requests. Called on the loop of the request's connection, in a task that is cancelled when the client is gone;
/// requests of one connection are answered one after the other.
package protocol HTTPResponder: Sendable {
    func respond(to request: ServerRequest) async -> ServerResponse
}
