import GatewayCore

/// What bounds the room that one record can take, in memory and on disk, whatever a client or provider sends.
enum RecordLimits {
    static let nameBytes = 256
    static let messageBytes = 1000
    static let notes = 50
}

extension RequestRecord {
    /// Without what is never stored, and with texts cut to what is.
    func trimmed() -> RequestRecord {
        var record = self
        record.failure?.body = nil
        record.usage?.extras = nil
        record.model?.cut(to: RecordLimits.nameBytes)
        record.providerModel?.cut(to: RecordLimits.nameBytes)
        record.endpoint?.cut(to: RecordLimits.nameBytes)
        record.sessionID?.cut(to: RecordLimits.nameBytes)
        if let message = record.failure?.message {
            record.failure?.message = CredentialMask.masked(message)
            record.failure?.message.cut(to: RecordLimits.messageBytes)
        }
        if record.notes.count > RecordLimits.notes { record.notes.removeSubrange(RecordLimits.notes...) }
        record.routeName?.cut(to: RecordLimits.nameBytes)
        for place in record.attempts.indices { record.attempts[place].trim() }
        for place in record.notes.indices {
            record.notes[place].pointer = CredentialMask.maskedName(record.notes[place].pointer)
            record.notes[place].pointer.cut(to: RecordLimits.nameBytes)
            record.notes[place].message = CredentialMask.masked(record.notes[place].message)
        }
        return record
    }

    /// Whether `trimmed` would change anything: for most records it would not.
    var isLarge: Bool {
        failure != nil || !notes.isEmpty || usage?.extras != nil || model.isLong || providerModel.isLong
            || endpoint.isLong || sessionID.isLong || routeName.isLong
            || attempts.contains { $0.failureKind != nil || $0.usage?.extras != nil }
    }

    /// The attempts as a JSON array; nil when the only one answered, of which the row itself tells.
    var attemptLog: String? {
        guard attempts.count > 1 || attempts.contains(where: { $0.failureKind != nil }) else { return nil }
        return JSONValue.array(attempts.map { .object($0.json) }).serializedString
    }

    /// The notes as a JSON array; nil when there are none.
    var warningsText: String? {
        guard !notes.isEmpty else { return nil }
        let array = notes.map { note in
            JSONValue.object([
                "action": .string(note.action.rawValue), "pointer": .string(note.pointer),
                "message": .string(note.message), "level": .string(note.level.rawValue),
            ])
        }
        return JSONValue.array(array).serializedString
    }
}

extension String? {
    fileprivate var isLong: Bool { self.map { $0.utf8.count > RecordLimits.nameBytes } ?? false }
}

extension String {
    /// Keeps whole Unicode scalars.
    fileprivate mutating func cut(to limit: Int) {
        guard utf8.count > limit else { return }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > utf8.startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        self = String(self[..<end])
    }
}

extension AttemptRecord {
    fileprivate mutating func trim() {
        usage?.extras = nil
        guard let message = failureMessage else { return }
        failureMessage = CredentialMask.masked(message)
        failureMessage?.cut(to: RecordLimits.messageBytes)
    }
}
