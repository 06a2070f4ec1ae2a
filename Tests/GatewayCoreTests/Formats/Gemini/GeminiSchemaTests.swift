import Testing

@testable import GatewayCore

struct GeminiSchemaTests {
    @Test func theDialectBecomesJSONSchemaInItsOrder() throws {
        let schema = try JSONValue(
            parsing: ##"""
                {"type":"OBJECT","properties":{
                  "b":{"type":"STRING","format":"enum","enum":["x","y"],"nullable":true},
                  "a":{"type":"ARRAY","minItems":"2","max_items":3,"items":{"type":"INTEGER","format":"int64"}},
                  "c":{"any_of":[{"type":"NUMBER"},{"type":"BOOLEAN"}],"example":1},
                  "d":{"ref":"#/$defs/x"}},
                 "required":["a"],"propertyOrdering":["a","b"],"defs":{"x":{"type":"NULL"}}}
                """##)
        #expect(
            GeminiSchema.jsonSchema(of: schema).serializedString
                == ##"{"type":"object","properties":{"a":{"type":"array","minItems":2,"maxItems":3,"items":{"type":"integer","format":"int64"}},"b":{"type":["string","null"],"enum":["x","y",null]},"c":{"anyOf":[{"type":"number"},{"type":"boolean"}],"examples":[1]},"d":{"$ref":"#/$defs/x"}},"required":["a"],"$defs":{"x":{"type":"null"}}}"##
        )
    }

    @Test func whatIsNoSchemaStaysAsItIs() {
        #expect(GeminiSchema.jsonSchema(of: true) == true)
        #expect(GeminiSchema.jsonSchema(of: ["type": ["string", "null"]]) == ["type": ["string", "null"]])
        #expect(GeminiSchema.jsonSchema(of: ["type": "TYPE_UNSPECIFIED", "properties": 1]) == ["properties": 1])
    }
}
