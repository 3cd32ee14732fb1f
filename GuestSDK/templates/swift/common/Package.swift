// swift-tools-version: 6.2
import PackageDescription

// The SDKs that were installed when the plugin was made; PATCHBAY_SDK names others.
let sdk = Context.environment["PATCHBAY_SDK"] ?? "/plugin/sdk"

let package = Package(
    name: "plugin-name",
    dependencies: [.package(name: "PatchbayGuest", path: "\(sdk)/swift")],
    targets: [
        .executableTarget(
            name: "PluginName",
            dependencies: [.product(name: "PatchbayGuest", package: "PatchbayGuest")],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]
        ),
        .testTarget(
            name: "PluginNameTests",
            dependencies: ["PluginName", .product(name: "PatchbayGuestTesting", package: "PatchbayGuest")],
            path: "UnitTests"
        ),
    ]
)
