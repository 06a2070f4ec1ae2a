"""Where every field of every request type goes: the SDKs' types against the gateway's conversions, field by field.

`shapes` reads request types, `forms` tells of each format what the types do not, `cases` makes a request for each field,
`judge` sends it and says what became of the field, `table` keeps what was found right, `document` prints it.
A format is listed once, in `forms/__init__.py`.
"""
