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

func patchbay(_ product: String) -> Target.Dependency { .product(name: product, package: "patchbay") }

/// A program that libFuzzer drives, over the corpus in `Corpus/` of the same name.
func fuzzTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies + ["FuzzingSupport"], swiftSettings: strict)
}

let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "patchbay", path: "..")],
    targets: [
        .target(name: "FuzzingSupport", dependencies: [patchbay("PatchbayCore")], swiftSettings: strict)
    ]
)
