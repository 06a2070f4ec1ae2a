/// A record that nobody changes any more, on its way to where it is written or sent.
///
/// Passed on by reference, and asked for single fields: whoever takes the whole record out of it counts twenty references.
public final class FinishedRecord: Sendable {
    public let record: RequestRecord

    public init(_ record: consuming RequestRecord) {
        self.record = record
    }
}
