// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "json-transform",
    dependencies: [.package(name: "PatchbayGuest", path: "../../GuestSDK/swift")],
    targets: [
        .executableTarget(
            name: "JSONTransform",
            dependencies: [.product(name: "PatchbayGuest", package: "PatchbayGuest")],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]
        )
    ]
)
