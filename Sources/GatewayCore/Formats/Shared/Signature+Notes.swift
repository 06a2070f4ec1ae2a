extension Signature {
    /// Tells that it means nothing to an API that reads only signatures of that origin.
    func noteUnless(_ origin: WireFormat, at pointer: String, _ notes: inout [ConversionNote]) {
        guard self.origin != origin else { return }
        notes.append(
            ConversionNote(
                .dropped, "\(pointer)/signature", "A signature of \(self.origin.displayName) means nothing here.",
                level: .info))
    }
}
