/// Names of header fields that nearly every request or response has, so that reading one makes no string.
enum FieldName {
    /// The name in lower case when it is one of the usual ones.
    static func usual(_ name: UnsafeBufferPointer<UInt8>) -> String? {
        switch name.count {
        case 4: name.isWord("host") ? "host" : name.isWord("date") ? "date" : nil
        case 6: name.isWord("accept") ? "accept" : name.isWord("server") ? "server" : nil
        case 9: name.isWord("x-api-key") ? "x-api-key" : nil
        case 10: name.isWord("user-agent") ? "user-agent" : name.isWord("connection") ? "connection" : nil
        case 12: name.isWord("content-type") ? "content-type" : nil
        case 13: name.isWord("authorization") ? "authorization" : name.isWord("cache-control") ? "cache-control" : nil
        case 14: name.isWord("content-length") ? "content-length" : nil
        case 15: name.isWord("accept-encoding") ? "accept-encoding" : nil
        case 17: name.isWord("transfer-encoding") ? "transfer-encoding" : nil
        default: nil
        }
    }
}
