extension ModelTraits {
    /// What the configuration says of a model; the model's own entry goes before its instance's.
    package init(_ model: CapabilityOverrides, _ instance: CapabilityOverrides) {
        self.init()
        structuredOutputs = model.structuredOutputs ?? instance.structuredOutputs
        sampling = model.sampling ?? instance.sampling
        reasoning = model.reasoning ?? instance.reasoning
    }

    /// Whether a request of the same format may go through as it is. A model that the operator marked as lacking
    /// something needs the converter to emulate it.
    package var allowsRelay: Bool {
        structuredOutputs != false && sampling != false && reasoning != false
    }
}
