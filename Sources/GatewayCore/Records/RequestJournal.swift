/// Writes one request's record while the request runs, and hands it over when the request is over.
///
/// A class, so that the record is not copied from one step of the request to the next.
package final class RequestJournal: @unchecked Sendable {
    // SAFETY: used by one task at a time: the one that serves the request, then the one that reads its stream.

    package var record: RequestRecord
    private let began: ContinuousClock.Instant
    private let log: any RequestLog

    package init(_ record: RequestRecord, log: any RequestLog) {
        self.record = record
        self.log = log
        began = ContinuousClock.now
    }

    /// The client can be sent something; the first time counts.
    package func noteOutput() {
        guard record.timeToFirstByte == nil else { return }
        record.timeToFirstByte = ContinuousClock.now - began
    }

    /// Hands the record over. Must be called once.
    package func close(_ outcome: RequestRecord.Outcome, usage: TokenUsage?, failure: ProviderFailure?) {
        record.outcome = outcome
        record.usage = usage
        record.failure = failure
        record.duration = ContinuousClock.now - began
        log.record(record)
    }
}

extension ProviderFailure {
    /// How the record sums this failure up.
    package var outcome: RequestRecord.Outcome {
        switch kind {
        case .timeout: .timeout
        case .invalidRequest, .contextWindowExceeded, .contentFiltered, .authentication, .permission, .billing,
            .notFound, .conflict, .requestTooLarge, .rateLimited:
            .refused
        case .overloaded, .unavailable, .server, .truncated, .malformed, .shuttingDown: .failure
        }
    }
}
