/// A statement that inserts several rows at once, and what its parameters hold.
///
/// Parameters keep their values from one run to the next, and most columns say the same in every row of a busy hour: what is
/// bound already is not bound again. Binding a text costs as much as the ten comparisons that it spares.
struct RowBinder {
    let rows: Int
    private let statement: SQLiteStatement
    /// What each parameter holds, by its place from 0; all are NULL in a new statement. A parameter is always of one kind.
    private var integers: [Int?]
    private var texts: [String?]
    private var place = 0

    init(_ database: SQLiteDatabase, _ insertion: String, columns: Int, rows: Int) throws(SQLiteError) {
        self.rows = rows
        let row = "(NULL" + String(repeating: ", ?", count: columns) + ")"
        let values = Array(repeating: row, count: rows).joined(separator: ", ")
        statement = try database.statement("\(insertion) VALUES \(values)")
        integers = Array(repeating: nil, count: rows * columns)
        texts = Array(repeating: nil, count: rows * columns)
    }

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

    /// For a text that no other row has.
    mutating func nextUnique(_ value: String) throws(SQLiteError) {
        defer { place += 1 }
        try statement.bind(Int32(place) + 1, value)
    }

    /// All rows are bound.
    mutating func run() throws(SQLiteError) {
        place = 0
        try statement.run()
    }
}
