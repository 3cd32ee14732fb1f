// swift-tools-version: 6.2
import PackageDescription

/// The language rules of every Swift target: memory safety is explicit, a warning stops the build.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

let package = Package(
    name: "PatchbayGuest",
    products: [
        .library(name: "PatchbayGuest", targets: ["PatchbayGuest"]),
        .library(name: "PatchbayGuestTesting", targets: ["PatchbayGuestTesting"]),
    ],
    targets: [
        .target(name: "CPatchbayGuest"),
        .target(
            name: "PatchbayGuest", dependencies: ["CPatchbayGuest"], swiftSettings: strict,
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]
        ),
        .target(
            name: "PatchbayGuestTesting", dependencies: ["PatchbayGuest", "CPatchbayGuest"], swiftSettings: strict),
        .testTarget(
            name: "PatchbayGuestTests",
            dependencies: ["PatchbayGuest", "PatchbayGuestTesting", "CPatchbayGuest"],
            swiftSettings: strict
        ),
    ]
)
