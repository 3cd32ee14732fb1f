// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

// What is measured is the program that users run, so nothing here links Patchbay.
let package = Package(
    name: "benchmarks",
    products: [
        .library(name: "counter", type: .dynamic, targets: ["counter"])
    ],
    targets: [
        .executableTarget(name: "generate", swiftSettings: strict),
        .executableTarget(name: "floor"),
        .executableTarget(name: "launch"),
        .target(name: "counter"),
    ]
)
