/// A record that nobody changes any more, on its way to where it is written or sent.
///
/// Passed on by reference, and asked for single fields: whoever takes the whole record out of it counts twenty references.
package final class QueuedRecord: Sendable {
    package let record: RequestRecord

    package init(_ record: RequestRecord) {
        self.record = record
    }
}
