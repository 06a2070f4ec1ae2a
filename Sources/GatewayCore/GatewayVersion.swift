public enum GatewayVersion {
    /// By semantic versioning; the CHANGELOG says what each holds.
    public static let current = "0.1.0"
}
