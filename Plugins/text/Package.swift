// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "text",
    dependencies: [.package(name: "PatchbayGuest", path: "../../GuestSDK/swift")],
    targets: [
        .executableTarget(
            name: "TextLines",
            dependencies: [.product(name: "PatchbayGuest", package: "PatchbayGuest")],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]
        )
    ]
)
