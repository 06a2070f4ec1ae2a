/// The messages with which AWS's SDK for Python tests its own decoder, as hexadecimal.
///
/// Source: https://github.com/boto/botocore/blob/develop/tests/unit/test_eventstream.py
enum AWSEventStreamVectors {
    static let empty = bytes(
        "000000100000000005c248eb7d98c8ff")
    static let int8 = bytes(
        "000000170000000729860158046279746502ffc2f869dc")
    static let int16 = bytes(
        "0000001900000009710e923e0573686f727403ffffb27cb6cc")
    static let int32 = bytes(
        "0000001d0000000d83e3f0e707696e746567657204ffffffff8b8e12eb")
    static let int64 = bytes(
        "0000001e0000000e5d4adb8d046c6f6e6705ffffffffffffffff4bc232da")
    static let payload = bytes(
        "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936")
    static let string = bytes(
        "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f"
            + "6f273a27626172277d8d9c08b1")
    static let all = bytes(
        "000000620000005203b5cb9c013000013101013202020133030003013404000000040135050000000000000005013606"
            + "000562797465730137070004757466380138080000000000000008013909303132333435363738396162636465666335"
            + "3671")
    static let error = bytes(
        "0000005200000042bf23637e0d3a6d6573736167652d747970650700056572726f720b3a6572726f722d636f64650700"
            + "04636f64650e3a6572726f722d6d6573736167650700076d6573736167656b6cea3d")
    static let initial = bytes(
        "0000007e0000004fc5a3ddc60d3a6d6573736167652d747970650700056576656e740b3a6576656e742d747970650700"
            + "10696e697469616c2d726573706f6e73650d3a636f6e74656e742d74797065070009746578742f6a736f6e7b22496e69"
            + "7469616c526573706f6e7365223a2022736f6d6574657874227df6982483")
    static let badHeaderLength = bytes(
        "0000003dff00010207fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27666f"
            + "6f273a27626172277d8d9c08b1")
    static let badHeaders = bytes(
        "0000003d0000002007fd83960c636f6e74656e742b747970650700106170706c69636174696f6e2f6a736f6e7b27666f"
            + "6f273a27626172277d8d9c08b1")
    static let badLength = bytes(
        "0100001d00000000fd528c5a7b27666f6f273a27626172277dc3653936")
    static let badPayload = bytes(
        "0000001d00000000fd528c5a7b27666f6f273a27626172278dc3653936")
    static let duplicate = bytes(
        "00000024000000144bb982d00474657374046173646604746573740461736466f3f47563")

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
        }
    }
}
