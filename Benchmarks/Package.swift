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

// What is measured is the program that users run. Only `measure`, for single calls, links Patchbay, as a program that
// embeds it does.
let package = Package(
    name: "benchmarks",
    products: [
        .library(name: "counter", type: .dynamic, targets: ["counter"])
    ],
    dependencies: [.package(name: "patchbay", path: "..")],
    targets: [
        .executableTarget(name: "generate", swiftSettings: strict),
        .executableTarget(name: "floor"),
        .executableTarget(name: "launch"),
        .target(name: "counter"),
        .target(name: "probe"),
        .executableTarget(
            name: "measure",
            dependencies: [
                "probe", patchbay("PatchbayWasm"), patchbay("PatchbayWire"), patchbay("PatchbayFrame"),
                patchbay("PatchbayPlugin"), patchbay("PatchbayCore"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "extism", dependencies: ["probe"], linkerSettings: [.linkedLibrary("dl")]),
    ]
)
