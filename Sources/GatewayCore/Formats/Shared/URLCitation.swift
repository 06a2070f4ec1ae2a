/// OpenAI's two formats cite web addresses with the same members, Chat one level deeper.
extension Foreign {
    /// The citation as Chat writes it; nil for what it cannot write.
    var chatAnnotation: JSONValue? {
        if origin == .openAI { return value }
        guard origin == .responses, value["type"] == "url_citation", var inner = value.object else { return nil }
        inner.removeValue(forKey: "type")
        return ["type": "url_citation", "url_citation": .object(inner)]
    }

    /// The citation as Responses writes it; nil for what it cannot write.
    var responsesAnnotation: JSONValue? {
        if origin == .responses { return value }
        guard origin == .openAI, value["type"] == "url_citation", let inner = value["url_citation"]?.object else {
            return nil
        }
        var object: JSONObject = ["type": "url_citation"]
        object.append(extras: inner)
        return .object(object)
    }
}
