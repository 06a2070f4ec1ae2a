import Glibc

/// The environment variables of this process.
public enum ProcessEnvironment {
    /// A copy; of a variable that stands twice the last value counts.
    public static var current: [String: String] {
        var variables: [String: String] = [:]
        var place = environ
        while let entry = place.pointee {
            let text = String(cString: entry)
            if let sign = text.firstIndex(of: "=") {
                variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
            }
            place += 1
        }
        return variables
    }
}
