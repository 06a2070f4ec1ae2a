extension Schema {
    /// The view that finds a request by its identifier, of few blocks in the planner's eyes.
    ///
    /// Where the file has statistics (`PRAGMA optimize` makes them every day), SQLite takes a recursion for a million rows and
    /// puts a Bloom filter before the smaller table. Its filters are wrong for an index on an expression (seen with 3.40.1), so
    /// no request was found any more; and they would read the whole table.
    static let version7 = Migration(
        version: 7,
        sql: """
            DROP VIEW request_by_id;
            CREATE VIEW request_by_id AS
                WITH RECURSIVE block (number) AS (
                    SELECT max(id) >> 8 FROM requests UNION ALL
                    SELECT number - 1 FROM block WHERE number > (SELECT min(id) >> 8 FROM requests))
                SELECT requests_usd.* FROM block CROSS JOIN requests_usd ON requests_usd.id >> 8 = block.number
                WHERE likelihood(block.number >= 0, 0.0001) AND likelihood(block.number IS NOT NULL, 0.0001);

            """)
}
