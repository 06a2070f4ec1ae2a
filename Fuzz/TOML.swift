@testable import GatewayCore

/// Positions and errors stand inside the document; a configuration is read and valid, or refused with a reason.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTOML(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = FuzzInput(data, count)
    do throws(TOMLError) {
        let table = try TOMLTable(parsing: input.bytes)
        let longer = try? TOMLTable(parsing: input.bytes + Array("\n# the end".utf8))
        require(longer.map { sameValues(table, $0) } == true, "a comment at the end changes nothing")
        checkPositions(table, lines: input.buffer.count { $0 == UInt8(ascii: "\n") } + 1)
    } catch {
        let lines = input.buffer.count { $0 == UInt8(ascii: "\n") } + 1
        require((1...lines).contains(error.position.line), "an error is inside the text")
        require(
            (1...count + 1).contains(error.position.column) && !error.description.isEmpty, "an error is on its line")
    }
    do throws(ConfigurationError) {
        let configuration = try GatewayConfiguration.load(toml: input.bytes, environment: ["A": "1"])
        require(configuration.problems().isEmpty, "what loads is valid")
    } catch {
        require(!error.problems.isEmpty && !error.description.isEmpty, "a refusal has a reason")
    }
    return 0
}

private func checkPositions(_ table: TOMLTable, lines: Int) {
    for entry in table.entries {
        require(table[entry.key] != nil, "every key is found")
        require((1...lines).contains(entry.keyPosition.line), "a key is inside the text")
        require((1...lines).contains(entry.item.position.line), "a value is inside the text")
        if case .table(let nested) = entry.item.value { checkPositions(nested, lines: lines) }
    }
}

/// Equality in which nan equals itself.
private func sameValues(_ left: TOMLTable, _ right: TOMLTable) -> Bool {
    left.entries.count == right.entries.count
        && zip(left.entries, right.entries).allSatisfy {
            $0.key.utf8.elementsEqual($1.key.utf8) && $0.keyPosition == $1.keyPosition && sameValues($0.item, $1.item)
        }
}

private func sameValues(_ left: TOMLItem, _ right: TOMLItem) -> Bool {
    switch (left.value, right.value) {
    case (.float(let a), .float(let b)): a == b || (a.isNaN && b.isNaN)
    case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { sameValues($0, $1) }
    case (.table(let a), .table(let b)): sameValues(a, b)
    default: left == right
    }
}
