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

func products(_ names: [String]) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "patchbay") }
}

/// A program that libFuzzer drives. Its seeds are in `Corpus/`, in the folder of the same name.
func fuzzTarget(_ name: String, _ names: String...) -> Target {
    .executableTarget(name: name, dependencies: products(names) + ["FuzzingSupport"], swiftSettings: strict)
}

let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "patchbay", path: "..")],
    targets: [
        .target(
            name: "FuzzingSupport",
            dependencies: products(["PatchbayCore", "PatchbayPlugin"]),
            swiftSettings: strict
        ),
        fuzzTarget("FuzzConfig", "PatchbayConfig", "PatchbayCore", "PatchbayPlugin"),
        fuzzTarget("FuzzDLT", "PatchbayCore", "PatchbayDLT"),
        fuzzTarget("FuzzGuest", "CPatchbay", "PatchbayABI", "PatchbayCore", "PatchbayFrame", "PatchbayPlugin"),
        fuzzTarget("FuzzJSON", "PatchbayComponents", "PatchbayPlugin"),
        fuzzTarget("FuzzLines", "PatchbayComponents", "PatchbayPlugin"),
        fuzzTarget("FuzzModule", "PatchbayCore", "PatchbayModule", "PatchbayPlugin"),
        fuzzTarget("FuzzWasm", "PatchbayABI", "PatchbayCore", "PatchbayPlugin", "PatchbayWasm"),
        fuzzTarget("FuzzWhere", "PatchbayComponents", "PatchbayCore", "PatchbayPlugin"),
    ]
)
