/// A table while its document is being read, with what the specification needs to know to refuse a second definition.
final class TOMLTableBuilder {
    enum Origin {
        /// Stands on the way to a header, `a` in `[a.b]`; may still get its own header.
        case implied
        /// Has its `[header]` or is an element of `[[header]]`.
        case header
        /// Made by a dotted key, `a` in `a.b = 1`; only further dotted keys add to it.
        case dotted
        /// `{ … }`, complete as written.
        case inline
    }

    enum Content {
        case value(TOMLItem)
        case table(TOMLTableBuilder)
        case tables(Elements)
    }

    /// The elements of an array of tables; a class, so that adding one copies none.
    final class Elements {
        var tables: [TOMLTableBuilder] = []
    }

    private struct Entry {
        var key: TOMLKey
        var content: Content
    }

    var origin: Origin
    let position: SourcePosition
    /// How many tables and arrays stand around it; the document itself is 0.
    let depth: Int
    private var entries: [Entry] = []
    private var index: [ExactKey: Int] = [:]

    init(_ origin: Origin, at position: SourcePosition, depth: Int) {
        self.origin = origin
        self.position = position
        self.depth = depth
    }

    func content(of key: TOMLKey) -> Content? {
        index[ExactKey(key.text)].map { entries[$0].content }
    }

    /// The line of the first definition of the key, for messages.
    func line(of key: TOMLKey) -> Int? {
        index[ExactKey(key.text)].map { entries[$0].key.position.line }
    }

    /// The key must be new.
    func add(_ content: Content, for key: TOMLKey) {
        index[ExactKey(key.text)] = entries.count
        entries.append(Entry(key: key, content: content))
    }

    func build() -> TOMLTable {
        TOMLTable(
            entries: entries.map { entry in
                let item: TOMLItem =
                    switch entry.content {
                    case .value(let item): item
                    case .table(let table): table.item()
                    case .tables(let elements):
                        TOMLItem(value: .array(elements.tables.map { $0.item() }), position: entry.key.position)
                    }
                return TOMLTable.Entry(key: entry.key.text, keyPosition: entry.key.position, item: item)
            })
    }

    func item() -> TOMLItem {
        TOMLItem(value: .table(build()), position: position)
    }
}

/// One part of a key, unquoted.
struct TOMLKey {
    var text: String
    var position: SourcePosition
    /// Its first byte, for errors on the line being read.
    var offset: Int
}
