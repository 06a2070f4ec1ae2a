extension ToolChoice {
    /// What to say of a choice where no tool is left to choose; nil where it asks for what happens anyway.
    var noteWithoutTools: ConversionNote? {
        switch self {
        case .required, .named, .allowed(_, isRequired: true), .foreign:
            ConversionNote(.dropped, "/tool_choice", "There is no tool to call.")
        case .auto, .none, .allowed: nil
        }
    }
}
