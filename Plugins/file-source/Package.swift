// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "file-source",
    dependencies: [.package(name: "PatchbayGuest", path: "../../GuestSDK/swift")],
    targets: [
        .executableTarget(
            name: "FileSource",
            dependencies: [.product(name: "PatchbayGuest", package: "PatchbayGuest")],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]
        )
    ]
)
