// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "in-process",
    dependencies: [
        .package(name: "patchbay", path: "../.."),
        .package(path: "../../GuestSDK/swift"),
    ],
    targets: [
        // The plugin: the same source that 'patchbay plugin build' makes a module of.
        .target(name: "Loud", dependencies: [.product(name: "PatchbayGuest", package: "swift")]),
        .executableTarget(
            name: "InProcess",
            dependencies: [
                "Loud", .product(name: "Patchbay", package: "patchbay"),
                .product(name: "PatchbayGuest", package: "swift"),
            ]
        ),
    ]
)
