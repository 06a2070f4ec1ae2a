/// A statement that inserts several rows at once, and what its parameters hold.
///
/// Parameters keep their values from one run to the next, and most columns say the same in every row of a busy hour: what is
/// bound already is not bound again. Binding a text costs as much as the ten comparisons that it spares.
struct RowBinder: ~Copyable {
    let rows: Int
    private let statement: SQLiteStatement
    /// What each parameter holds, by its place from 0; all are NULL in a new statement. A parameter is always of one kind.
    private var integers: [Int?]
    private var texts: [String?]
    private var place = 0
    /// A row's text that no other row has, at a place of its own that stays bound.
    private let uniques: UnsafeMutablePointer<UInt8>
    private var uniqueLengths: [Int]
    private var row = 0

    private static let longestUnique = 64

    init(_ database: SQLiteDatabase, _ insertion: String, columns: Int, rows: Int) throws(SQLiteError) {
        self.rows = rows
        let row = "(NULL" + String(repeating: ", ?", count: columns) + ")"
        let values = Array(repeating: row, count: rows).joined(separator: ", ")
        statement = try database.statement("\(insertion) VALUES \(values)")
        integers = Array(repeating: nil, count: rows * columns)
        texts = Array(repeating: nil, count: rows * columns)
        uniques = .allocate(capacity: rows * Self.longestUnique)
        uniqueLengths = Array(repeating: -1, count: rows)
    }

    // SAFETY: the statement reads what is bound only in `run`.
    deinit { uniques.deallocate() }

    mutating func next(_ value: Int?) throws(SQLiteError) {
        defer { place += 1 }
        guard integers[place] != value else { return }
        try statement.bind(Int32(place) + 1, value)
        integers[place] = value
    }

    mutating func next(_ value: String?) throws(SQLiteError) {
        defer { place += 1 }
        guard texts[place] != value else { return }
        try statement.bind(Int32(place) + 1, value)
        texts[place] = value
    }

    /// Text of the program itself is not copied; its address says which one it is.
    mutating func next(_ value: StaticString) throws(SQLiteError) {
        defer { place += 1 }
        let address = Int(bitPattern: value.utf8Start)
        guard integers[place] != address else { return }
        try statement.bind(Int32(place) + 1, stable: value)
        integers[place] = address
    }

    /// For the one text of a row that no other row has: it is copied to where the statement looks for it, and mostly not even
    /// bound, because the one before was as long.
    mutating func nextUnique(_ value: String) throws(SQLiteError) {
        defer {
            place += 1
            row += 1
        }
        let slot = uniques + row * Self.longestUnique
        // SAFETY: rows are `row...`, each with `longestUnique` bytes, and longer texts are not copied.
        let length = value.utf8.withContiguousStorageIfAvailable { text in
            guard let address = text.baseAddress, text.count <= Self.longestUnique else { return -1 }
            slot.update(from: address, count: text.count)
            return text.count
        }
        guard let length, length > 0 else {
            uniqueLengths[row] = -1
            return try statement.bind(Int32(place) + 1, value)
        }
        guard uniqueLengths[row] != length else { return }
        try statement.bind(Int32(place) + 1, stable: UnsafeBufferPointer(start: slot, count: length))
        uniqueLengths[row] = length
    }

    /// All rows are bound.
    mutating func run() throws(SQLiteError) {
        place = 0
        row = 0
        try statement.run()
    }
}
