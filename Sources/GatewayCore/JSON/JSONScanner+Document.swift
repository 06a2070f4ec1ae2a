extension JSONScanner {
    /// Runs over a whole document, of which nothing is known, with a scanner at its first byte; then nothing but white space
    /// may follow. Of several mistakes the first is reported.
    ///
    /// That the text is UTF-8 is looked at before everything else: then the scanner need not, and whoever scans a part of the
    /// text again does not do so twice.
    static func scanDocument<Result>(
        _ text: UnsafeBufferPointer<UInt8>, limits: JSONLimits,
        _ body: (inout JSONScanner) throws(JSONError) -> Result
    ) throws(JSONError) -> Result {
        var scanner = try JSONScanner(text, limits: limits)
        if let mistake = UTF8Check.firstMistake(in: text) { throw scanner.firstMistake(invalidUTF8At: mistake) }
        let result = try body(&scanner)
        try scanner.finish()
        return result
    }

    /// What is wrong first in a text that is not UTF-8. Outside a string the byte is one that the grammar does not want.
    private mutating func firstMistake(invalidUTF8At index: Int) -> JSONError {
        do {
            try skipValue(try peekToken(), depth: 0)
            try finish()
        } catch {
            if error.offset <= index { return error }
        }
        return JSONError(offset: index, kind: .invalidUTF8)
    }
}
