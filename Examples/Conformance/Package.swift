// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "conformance",
    dependencies: [
        .package(name: "patchbay", path: "../.."),
        .package(path: "../../GuestSDK/swift"),
    ],
    targets: [
        // The plugin: the same files that 'patchbay plugin build' makes a module of, but for its entry.
        .target(
            name: "EveryRole",
            dependencies: [.product(name: "PatchbayGuest", package: "swift")],
            path: "Plugin/Sources/EveryRole",
            exclude: ["main.swift"],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]
        ),
        .executableTarget(
            name: "Conformance",
            dependencies: [
                "EveryRole", .product(name: "Patchbay", package: "patchbay"),
                .product(name: "PatchbayCore", package: "patchbay"),
                .product(name: "PatchbayPlugin", package: "patchbay"),
                .product(name: "PatchbayTestKit", package: "patchbay"),
                .product(name: "PatchbayProcess", package: "patchbay"),
                .product(name: "PatchbayWasm", package: "patchbay"),
                .product(name: "PatchbayGuest", package: "swift"),
            ]
        ),
    ]
)
