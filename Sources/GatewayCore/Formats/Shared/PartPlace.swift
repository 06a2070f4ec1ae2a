/// Where a part stands in the request; written out only where there is something to say of it.
struct PartPlace: CustomStringConvertible {
    var message: Int
    private var part: Int?
    /// For the content of a tool's result.
    private var inner: Int?

    init(message: Int) {
        self.message = message
    }

    func part(_ index: Int) -> PartPlace {
        var place = self
        if part == nil { place.part = index } else { place.inner = index }
        return place
    }

    var description: String {
        let indexes = [part, inner].compactMap { $0 }
        return indexes.reduce("/messages/\(message)") { "\($0)/content/\($1)" }
    }
}
