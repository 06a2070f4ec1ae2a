/// Finds the word a person most likely meant to write.
package enum Suggestion {
    /// The nearest of the words, when one is near enough for a slip of the hand, else one that begins with the word; the
    /// first of equals.
    package static func nearest(to word: String, among known: [String]) -> String? {
        let candidates = known.map { (word: $0, distance: distance(Array(word.utf8), Array($0.utf8))) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
        if best.distance <= max(1, word.utf8.count / 3) { return best.word }
        return word.utf8.count >= 3 ? known.first { $0.hasPrefix(word) } : nil
    }

    /// "did you mean 'port'?", or what is known when nothing is near.
    static func hint(for word: String, among known: [String]) -> String? {
        if let nearest = nearest(to: word, among: known) { return "did you mean '\(nearest)'?" }
        return known.isEmpty ? nil : "known here: " + known.joined(separator: ", ")
    }

    /// Levenshtein's, two neighbouring letters that changed places counted as one step; words over 64 bytes are far
    /// from everything.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard left.count <= 64, right.count <= 64 else { return .max }
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for i in left.indices {
            var current = [i + 1]
            for j in right.indices {
                var best = min(previous[j + 1], current[j]) + 1
                best = min(best, previous[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, beforePrevious[j - 1] + 1)
                }
                current.append(best)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
