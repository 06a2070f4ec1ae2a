/// What a provider takes of JSON Schema where it holds a model to one. The one table of all providers.
///
/// Sources: "Structured outputs: JSON Schema limitations" on platform.claude.com and what Anthropic's SDK makes of schemas
/// (lib/_parse/_transform.py), which "Get validated JSON results" of the Bedrock user guide repeats; `response_json_schema`
/// in google-genai's types; "Structured outputs: supported schemas" of OpenAI's guides and the openai SDK
/// (lib/_pydantic.py).
struct SchemaRules: Sendable {
    /// What becomes of a keyword.
    enum Rule: Sendable, Hashable {
        case kept
        /// Kept with one of these values; with any other the description tells it.
        case limited(to: [JSONValue])
        /// The same under another name, or nearly so.
        case renamed(String)
        /// A list of the one value: `const` as `enum`, where the values of an `enum` may be of that kind.
        case listed
        /// Written into the object around, where it is alone and says nothing that the object says, too.
        case merged
        /// Not enforced: the description tells the model instead.
        case described
        /// Demands nothing of what the model writes.
        case omitted
    }

    /// The provider's name in notes.
    let provider: String
    /// Every object has to say that it has no further properties.
    let closesObjects: Bool
    /// Beside a `$ref` there may be nothing else.
    let isolatesReferences: Bool
    private let rules: [String: Rule]
    private let others: Rule

    func rule(for keyword: String) -> Rule { rules[keyword] ?? others }
}

extension SchemaRules {
    static let anthropic = SchemaRules(
        provider: "Anthropic", closesObjects: true, isolatesReferences: false, rules: column(\.claude), others: .kept)
    /// Every model that Bedrock holds to a schema.
    static let bedrock = SchemaRules(
        provider: "Bedrock", closesObjects: true, isolatesReferences: false, rules: column(\.claude), others: .kept)
    static let gemini = SchemaRules(
        provider: "Gemini", closesObjects: false, isolatesReferences: true, rules: column(\.gemini), others: .omitted)
    /// Schemas with `strict`; others may be anything.
    static let openAI = SchemaRules(
        provider: "OpenAI", closesObjects: true, isolatesReferences: true, rules: column(\.openAI), others: .kept)

    private struct Row {
        var keywords: [String]
        var claude: Rule
        var gemini: Rule
        var openAI: Rule

        init(_ keywords: String..., claude: Rule, gemini: Rule, openAI: Rule) {
            self.keywords = keywords
            self.claude = claude
            self.gemini = gemini
            self.openAI = openAI
        }
    }

    private static func column(_ rule: KeyPath<Row, Rule>) -> [String: Rule] {
        var rules: [String: Rule] = [:]
        for row in table {
            for keyword in row.keywords { rules[keyword] = row[keyPath: rule] }
        }
        return rules
    }

    /// Keywords that are not here are kept by Claude and OpenAI, and mean nothing to Gemini.
    private static let table = [
        Row(
            "type", "title", "description", "enum", "items", "properties", "required", "anyOf", "$ref", "$defs", "$id",
            "$anchor", "additionalProperties",
            claude: .kept, gemini: .kept, openAI: .kept),
        Row("definitions", claude: .kept, gemini: .renamed("$defs"), openAI: .kept),
        Row("const", claude: .kept, gemini: .listed, openAI: .kept),
        Row("oneOf", claude: .renamed("anyOf"), gemini: .renamed("anyOf"), openAI: .renamed("anyOf")),
        Row("allOf", claude: .kept, gemini: .merged, openAI: .merged),
        Row(
            "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "dependencies",
            claude: .described, gemini: .described, openAI: .described),
        // Texts.
        Row("format", claude: .limited(to: claudeFormats), gemini: .kept, openAI: .limited(to: openAIFormats)),
        Row("pattern", claude: .kept, gemini: .described, openAI: .kept),
        Row("minLength", "maxLength", claude: .described, gemini: .described, openAI: .described),
        // Numbers.
        Row("minimum", "maximum", claude: .described, gemini: .kept, openAI: .kept),
        Row(
            "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
            claude: .described, gemini: .described, openAI: .kept),
        // Lists.
        Row("prefixItems", claude: .described, gemini: .kept, openAI: .described),
        Row("minItems", claude: .limited(to: [0, 1]), gemini: .kept, openAI: .kept),
        Row("maxItems", claude: .described, gemini: .kept, openAI: .kept),
        Row(
            "uniqueItems", "contains", "minContains", "maxContains", "additionalItems", "unevaluatedItems",
            claude: .described, gemini: .described, openAI: .described),
        // Objects.
        Row("propertyOrdering", claude: .omitted, gemini: .kept, openAI: .omitted),
        Row(
            "minProperties", "maxProperties", "patternProperties", "propertyNames", "unevaluatedProperties",
            claude: .described, gemini: .described, openAI: .described),
        // What explains.
        Row("default", "examples", claude: .kept, gemini: .described, openAI: .kept),
    ]

    private static let claudeFormats: [JSONValue] = [
        "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
    ]
    private static let openAIFormats: [JSONValue] = [
        "date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid",
    ]
}
