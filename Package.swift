// swift-tools-version: 6.2
import PackageDescription

/// Async functions stay where their caller runs: on an event loop a call is then a call, without asking the runtime each
/// time whether to change threads.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .treatAllWarnings(as: .error), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// One of the system libraries the gateway stands on, wrapped by a module of its own.
func cLibrary(_ name: String, link library: String? = nil) -> Target {
    .target(
        name: name, path: "Sources/CLibraries/\(name)",
        linkerSettings: library.map { [.linkedLibrary($0)] } ?? [])
}

/// A program under Examples, run with `swift run NAME_example`.
func example(_ name: String) -> Target {
    .executableTarget(
        name: "\(name)_example", dependencies: ["GatewayCore", "GatewayProviders", "GatewayHTTP", "ExampleSupport"],
        path: "Examples/\(name)_example", swiftSettings: strict)
}

let package = Package(
    name: "llm-gateway",
    products: [
        .library(name: "GatewayCore", targets: ["GatewayCore"]),
        .library(name: "GatewayProviders", targets: ["GatewayProviders"]),
        .library(name: "GatewayHTTP", targets: ["GatewayHTTP"]),
        .library(name: "GatewayStorage", targets: ["GatewayStorage"]),
        .executable(name: "gatewayd", targets: ["gatewayd"]),
    ],
    targets: [
        cLibrary("CSystem"),
        cLibrary("CCurl", link: "curl"),
        cLibrary("CSQLite", link: "sqlite3"),
        cLibrary("CCrypto", link: "crypto"),
        .target(
            name: "COpenSSL", path: "Sources/CLibraries/COpenSSL",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),

        // Without Foundation nothing else links the C mathematics that the standard library's Double stands on.
        .target(name: "GatewayCore", swiftSettings: strict, linkerSettings: [.linkedLibrary("m")]),
        .target(name: "GatewayProviders", dependencies: ["GatewayCore", "CCrypto"], swiftSettings: strict),
        .target(
            name: "GatewayHTTP", dependencies: ["GatewayCore", "CSystem", "CCurl", "COpenSSL"],
            swiftSettings: strict),
        .target(name: "GatewayStorage", dependencies: ["GatewayCore", "CSQLite"], swiftSettings: strict),
        .executableTarget(
            name: "gatewayd",
            dependencies: ["GatewayCore", "GatewayProviders", "GatewayHTTP", "GatewayStorage", "CSystem"],
            swiftSettings: strict),

        .target(
            name: "ExampleSupport", dependencies: ["GatewayCore", "GatewayProviders", "GatewayHTTP"],
            path: "Examples/Support", swiftSettings: strict),
        example("embed"),
        example("vision"),
        example("tool_calling"),
        example("json_mode"),
        example("streaming"),
        example("caching"),
        example("failover"),
        example("custom_provider"),
        example("responses"),

        .testTarget(
            name: "GatewayCoreTests", dependencies: ["GatewayCore", "GatewayProviders"], swiftSettings: strict),
        .testTarget(
            name: "GatewayProvidersTests", dependencies: ["GatewayCore", "GatewayProviders"], swiftSettings: strict),
        .testTarget(
            name: "GatewayHTTPTests", dependencies: ["GatewayCore", "GatewayHTTP"], swiftSettings: strict),
        .testTarget(
            name: "GatewaydTests", dependencies: ["GatewayCore", "GatewayProviders", "GatewayStorage", "gatewayd"],
            swiftSettings: strict),
        // Converts requests line by line, for the tests that follow every field of the SDKs' types.
        .executableTarget(
            name: "conversion_probe", dependencies: ["GatewayCore"], path: "Tests/ConversionProbe",
            swiftSettings: strict),
        // Writes records as fast as asked, for the tests to kill and for measurements.
        .executableTarget(
            name: "storage_load", dependencies: ["GatewayCore", "GatewayStorage"], path: "Tests/StorageLoad",
            swiftSettings: strict),
        .testTarget(
            name: "GatewayStorageTests", dependencies: ["GatewayCore", "GatewayStorage", "storage_load"],
            swiftSettings: strict),
    ]
)
