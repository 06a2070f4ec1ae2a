/// Documents by the text of the TOML 1.0 specification, and slips of people who write configurations.
enum TOMLCases {
    /// The document, and its value in the tagged JSON of toml-lang/toml-test.
    static let valid: [(String, String)] = [
        ("", "{}"),
        ("# only a comment\r\n\t\n", "{}"),
        (#"a = "x" # b"#, #"{"a":{"type":"string","value":"x"}}"#),
        (#"a = "\b\t\n\f\r\"\\\u00e9\U0001F600""#, #"{"a":{"type":"string","value":"\b\t\n\f\r\"\\é😀"}}"#),
        (#"a = 'C:\n'"#, #"{"a":{"type":"string","value":"C:\\n"}}"#),
        ("a = \"\"\"\nx\ny\"\"\"", #"{"a":{"type":"string","value":"x\ny"}}"#),
        ("a = \"\"\"\r\nx\r\ny\"\"\"", #"{"a":{"type":"string","value":"x\r\ny"}}"#),
        ("a = \"\"\"x \\  \n\n   y\"\"\"", #"{"a":{"type":"string","value":"x y"}}"#),
        ("a = \"\"\"\"\"two\"\"\"\"\"", #"{"a":{"type":"string","value":"\"\"two\"\""}}"#),
        ("a = '''''two'''''", #"{"a":{"type":"string","value":"''two''"}}"#),
        ("a = \"\"\"\"\"\"", #"{"a":{"type":"string","value":""}}"#),
        ("a = '''\n\\'''", #"{"a":{"type":"string","value":"\\"}}"#),
        ("a = [+1, -0, 1_000, 0xDEAD_beef, 0o755, 0b1101]", integers("1", "0", "1000", "3735928559", "493", "13")),
        ("a = [9223372036854775807, -9223372036854775808]", integers("9223372036854775807", "-9223372036854775808")),
        (
            "a = [1.5, -0.0, 5e+22, 6.626e-34, 1_0.0_1, 1E6]",
            floats("1.5", "-0.0", "5e+22", "6.626e-34", "10.01", "1000000.0")
        ),
        ("a = [inf, -inf, +nan, -nan]", floats("inf", "-inf", "nan", "nan")),
        ("a = true\nb = false", #"{"a":{"type":"bool","value":"true"},"b":{"type":"bool","value":"false"}}"#),
        ("a = 1979-05-27T07:32:00Z", #"{"a":{"type":"datetime","value":"1979-05-27T07:32:00Z"}}"#),
        ("a = 1979-05-27 00:32:00.5000-07:30", #"{"a":{"type":"datetime","value":"1979-05-27T00:32:00.5-07:30"}}"#),
        ("a = 1979-05-27t07:32:00", #"{"a":{"type":"datetime-local","value":"1979-05-27T07:32:00"}}"#),
        ("a = 2000-02-29 # leap", #"{"a":{"type":"date-local","value":"2000-02-29"}}"#),
        ("a = 23:59:60.1234567899", #"{"a":{"type":"time-local","value":"23:59:60.123456789"}}"#),
        ("a = [ # first\n 'x', # second\n ]", #"{"a":[{"type":"string","value":"x"}]}"#),
        ("a = { b.c = 'x', \"d e\" = [] }", #"{"a":{"b":{"c":{"type":"string","value":"x"}},"d e":[]}}"#),
        ("a . 'b' . \"c\" = {}", #"{"a":{"b":{"c":{}}}}"#),
        ("1.2 = {}", #"{"1":{"2":{}}}"#),
        ("'' = {}", #"{"":{}}"#),
        ("[a.b]\n[a]\nc = {}", #"{"a":{"b":{},"c":{}}}"#),
        ("[a]\nb.c = {}\n[a.b.d]", #"{"a":{"b":{"c":{},"d":{}}}}"#),
        ("[[a]]\n[a.b]\n[[a]]\n[[a.c]]", #"{"a":[{"b":{}},{"c":[{}]}]}"#),
        ("[a]\n[[a.b]]\n[a.b.c]\n[[a.b]]", #"{"a":{"b":[{"c":{}},{}]}}"#),
    ]

    private static func integers(_ values: String...) -> String { array("integer", values) }
    private static func floats(_ values: String...) -> String { array("float", values) }

    private static func array(_ type: String, _ values: [String]) -> String {
        let items = values.map { #"{"type":"\#(type)","value":"\#($0)"}"# }
        return #"{"a":["# + items.joined(separator: ",") + "]}"
    }

    /// The document, and what the parser says.
    static let invalid: [(String, String)] = [
        (
            "a = ",
            "1:5: a value should stand here, not the end of the file (write a text in quotes, a number, true, false, a date, an array or a table)"
        ),
        ("a = x", "1:5: 'x' is no value (put texts in quotes)"),
        ("a = True", "1:5: 'True' is no value (write true)"),
        ("a = sk-ant-api03-abcdefgh", "1:5: 'sk-a…' is no value (put texts in quotes)"),
        (
            "= 1",
            "1:1: a key should stand here, not '=' (keys are letters, digits, '_' and '-'; put any other in quotes)"
        ),
        ("a", "1:2: '=' should follow the key, not the end of the file (write key = value)"),
        ("a b = 1", "1:3: '=' should follow the key, not 'b' (write key = value)"),
        (
            "a = 1 b = 2",
            "1:7: the line should end here, not go on with 'b' (write one key and value, or one header, a line)"
        ),
        (
            "a = \"x",
            "1:5: the string is not closed on its line (close it by \"; texts of several lines stand in \"\"\")"
        ),
        ("a = \"\"\"x", "1:5: the multi-line string is never closed (close it by \"\"\")"),
        (
            "a = 'x\ny'",
            "1:5: the string is not closed on its line (close it by '; texts of several lines stand in \"\"\")"
        ),
        (
            "a = \"\\x41\"",
            "1:6: a backslash cannot stand before 'x' (write \\\\ for a backslash, or put the text in single quotes)"
        ),
        (
            "a = \"\\ud800\"",
            "1:6: U+D800 is no Unicode scalar value (surrogates and numbers above 10FFFF have no character)"
        ),
        ("a = \"\\u12\"", "1:6: 4 hexadecimal digits should follow (write é as \\u00E9 or \\U000000E9)"),
        (
            "a = \"a\tb\u{1}\"",
            "1:9: a string cannot hold the control character U+0001 as it is (write it as an escape such as \\u0001)"
        ),
        ("a = 1 # \u{0}", "1:9: a comment cannot hold the control character U+0000 (delete it)"),
        ("a = 1\rb = 2", "1:6: a carriage return without a line feed (end lines with LF or with CRLF)"),
        ("a = \"x\ry\"", "1:7: a carriage return without a line feed (end lines with LF or CRLF, or write \\r)"),
        ("a = 01", "1:5: a decimal number cannot begin with 0 (delete the leading 0)"),
        ("a = 1__0", "1:5: in '1__0' a '_' stands where no digit is on both sides (delete it)"),
        ("a = _1", "1:5: '_1' is no value (put texts in quotes)"),
        ("a = 0x_1", "1:5: in '0x_1' a '_' stands where no digit is on both sides (delete it)"),
        ("a = 0xG", "1:5: '0xG' holds a digit that base 16 has not (check the digits)"),
        ("a = 0b12", "1:5: '0b12' holds a digit that base 2 has not (check the digits)"),
        ("a = +0x1", "1:5: '+0x1' is no number (put texts in quotes; numbers have digits on both sides of '.')"),
        ("a = 1.", "1:5: '1.' is no number (put texts in quotes; numbers have digits on both sides of '.')"),
        ("a = .5", "1:5: '.5' is no value (put texts in quotes)"),
        ("a = 1e", "1:5: '1e' is no number (put texts in quotes; numbers have digits on both sides of '.')"),
        (
            "a = 9223372036854775808",
            "1:5: 9223… does not fit a 64-bit integer (put it in quotes, or write it as a float)"
        ),
        ("a = 1e999", "1:5: 1e999 is too large for a 64-bit float (write inf to mean infinity)"),
        ("a = 1979-02-29", "1:5: '1979-02-29' is no date or time (write one as 2024-05-31T07:32:00Z or a part of it)"),
        ("a = 25:00:00", "1:5: '25:00:00' is no date or time (write one as 2024-05-31T07:32:00Z or a part of it)"),
        ("a = 07:32", "1:5: '07:32' is no date or time (write one as 2024-05-31T07:32:00Z or a part of it)"),
        (
            "a = 1979-05-27T07:32Z",
            "1:5: '1979…' is no date or time (write one as 2024-05-31T07:32:00Z or a part of it)"
        ),
        (
            "a = 1979-05-27T07:32:00+24:00",
            "1:5: '1979…' is no date or time (write one as 2024-05-31T07:32:00Z or a part of it)"
        ),
        (
            "a = [1 2]",
            "1:8: ',' or ']' should follow the array's element, not '2' (separate elements by ',' and close the array by ']')"
        ),
        (
            "a = [1",
            "1:7: ',' or ']' should follow the array's element, not the end of the file (separate elements by ',' and close the array by ']')"
        ),
        (
            "a = [,]",
            "1:6: a value should stand here, not ',' (write a text in quotes, a number, true, false, a date, an array or a table)"
        ),
        ("a = {b = 1,}", "1:12: an inline table cannot end with ',' (delete the last ',')"),
        (
            "a = {\nb = 1}",
            "1:6: an inline table must stand on one line (join the lines, or write the table under a [header])"
        ),
        (
            "a = {b = 1 c = 2}",
            "1:12: ',' or '}' should follow the inline table's value, not 'c' (separate pairs by ',' and close the table by '}')"
        ),
        (
            "a = {",
            "1:6: a key should stand here, not the end of the file (keys are letters, digits, '_' and '-'; put any other in quotes)"
        ),
        ("a = 1\na = 2", "2:1: 'a' is already defined in line 1 (keep one of them)"),
        ("\"a\" = 1\na = 2", "2:1: 'a' is already defined in line 1 (keep one of them)"),
        ("[a]\n[a]", "2:2: 'a' is already defined in line 1 (put the keys of both together)"),
        ("[a]\nb = 1\n[a.b]", "3:4: 'b' is already defined in line 2 (put the keys of both together)"),
        ("[[a]]\n[a]", "2:2: 'a' is already defined in line 1 (write [[a]] to add an element to the array)"),
        ("[a]\n[[a]]", "2:3: 'a' is already defined in line 1 (write every one of its headers as [[a]])"),
        ("a = []\n[[a]]", "2:3: 'a' is already defined in line 1 (an array written as a value cannot grow by headers)"),
        (
            "a = {}\na.b = 1",
            "2:1: 'a' is already defined in line 1 (a dotted key cannot add to it: write everything in one place)"
        ),
        (
            "a = {}\n[a.b]",
            "2:2: 'a' is already defined in line 1 (a header cannot add to it: write everything in one place)"
        ),
        ("a.b = 1\n[a]", "2:2: 'a' is already defined in line 1 (put the keys of both together)"),
        (
            "[a.b]\n[a]\nb.c = 1",
            "3:1: 'b' is already defined in line 1 (a dotted key cannot add to it: write everything in one place)"
        ),
        (
            "a = 1\na.b = 2",
            "2:1: 'a' is already defined in line 1 (a dotted key cannot add to it: write everything in one place)"
        ),
        (
            "[a",
            "1:3: ']' should close the header, not the end of the file (write [name], and quote names with other characters)"
        ),
        ("[a] b", "1:5: the line should end here, not go on with 'b' (write one key and value, or one header, a line)"),
        (
            "[[a]",
            "1:5: ']]' should close the header, not the end of the file (write [[name]], and quote names with other characters)"
        ),
        (
            "[]",
            "1:2: a key should stand here, not ']' (keys are letters, digits, '_' and '-'; put any other in quotes)"
        ),
        (
            "[a.]",
            "1:4: a key should stand here, not ']' (keys are letters, digits, '_' and '-'; put any other in quotes)"
        ),
        ("[a]]", "1:4: the line should end here, not go on with ']' (write one key and value, or one header, a line)"),
        ("\"\"\" = 1", "1:1: a key cannot be a multi-line string (quote it with one \" on each side)"),
        ("a = \"\"\"\"\"\"\"\"\"", "1:8: more than five quotes in a row (write \\\" for quotes inside the string)"),
        (
            "é = 1",
            "1:1: a key should stand here, not 'é' (keys are letters, digits, '_' and '-'; put any other in quotes)"
        ),
        (
            "a = \"\\ \"",
            "1:6: a backslash cannot stand before ' ' (write \\\\ for a backslash, or put the text in single quotes)"
        ),
        (
            "a = {b = {}, b.c = 1}",
            "1:14: 'b' is already defined in line 1 (a dotted key cannot add to it: write everything in one place)"
        ),
    ]
}
