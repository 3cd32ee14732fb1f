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

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "patchbay",
    products: [
        .library(name: "CPatchbay", targets: ["CPatchbay"]),
        .library(name: "PatchbayCore", targets: ["PatchbayCore"]),
        .library(name: "PatchbayCSV", targets: ["PatchbayCSV"]),
        .library(name: "PatchbayDLT", targets: ["PatchbayDLT"]),
        .library(name: "PatchbayPlugin", targets: ["PatchbayPlugin"]),
        .library(name: "PatchbayGuestCore", targets: ["PatchbayGuestCore"]),
        .library(name: "PatchbayABI", targets: ["PatchbayABI"]),
        .library(name: "PatchbayEngine", targets: ["PatchbayEngine"]),
        .library(name: "PatchbayHost", targets: ["PatchbayHost"]),
        .library(name: "PatchbayNative", targets: ["PatchbayNative"]),
        .library(name: "PatchbayWasm", targets: ["PatchbayWasm"]),
        .library(name: "PatchbayModule", targets: ["PatchbayModule"]),
        .library(name: "PatchbayWire", targets: ["PatchbayWire"]),
        .library(name: "PatchbayProcess", targets: ["PatchbayProcess"]),
        .library(name: "PatchbayServing", targets: ["PatchbayServing"]),
        .library(name: "PatchbayProgram", type: .static, targets: ["PatchbayProgram"]),
        .library(name: "PatchbayConfig", targets: ["PatchbayConfig"]),
        .library(name: "PatchbayAssembly", targets: ["PatchbayAssembly"]),
        .library(name: "PatchbayComponents", targets: ["PatchbayComponents"]),
        .library(name: "PatchbayFrame", targets: ["PatchbayFrame"]),
        .library(name: "PatchbayArrow", targets: ["PatchbayArrow"]),
        .library(name: "PatchbayTestKit", targets: ["PatchbayTestKit"]),
        .library(name: "PatchbayArrowProbe", type: .dynamic, targets: ["ArrowProbe"]),
        .library(name: "Patchbay", targets: ["Patchbay"]),
        .executable(name: "patchbay", targets: ["patchbay"]),
    ],
    targets: [
        .target(name: "CPatchbay"),
        .target(name: "CPatchbayBytes"),
        library("PatchbayCore", ["CPatchbayBytes"]),
        library("PatchbayDLT", ["PatchbayCore"]),
        library("PatchbayCSV", ["PatchbayCore"]),
        library("PatchbayPlugin", ["PatchbayCore"]),
        library("PatchbayFrame", ["PatchbayCore"]),
        .systemLibrary(name: "CArrow"),
        library("PatchbayArrow", ["PatchbayCore", "CArrow"]),
        library("PatchbayGuestCore", ["PatchbayCore", "CPatchbay"]),
        library("PatchbayABI", ["PatchbayPlugin", "PatchbayCore", "CPatchbay"]),
        library("PatchbayHost", ["PatchbayPlugin", "PatchbayCore"]),
        library("PatchbayEngine", ["PatchbayPlugin", "PatchbayCore"]),
        library("PatchbayNative", ["PatchbayABI", "PatchbayHost", "PatchbayPlugin", "PatchbayCore", "CPatchbay"]),
        library("PatchbayModule", ["PatchbayCore"]),
        .target(name: "CPatchbaySpawn"),
        library("PatchbayWire", ["PatchbayPlugin", "PatchbayFrame", "PatchbayCore"]),
        library(
            "PatchbayProcess",
            ["PatchbayWire", "PatchbayFrame", "PatchbayModule", "PatchbayPlugin", "PatchbayCore", "CPatchbaySpawn"]),
        library("PatchbayServing", ["PatchbayWire", "PatchbayFrame", "PatchbayPlugin", "PatchbayCore"]),
        library(
            "PatchbayProgram", ["PatchbayServing", "PatchbayNative", "PatchbayPlugin", "PatchbayCore", "CPatchbay"]),
        .target(name: "CWasmtime", linkerSettings: [.linkedLibrary("dl")]),
        library(
            "PatchbayWasm",
            [
                "PatchbayABI", "PatchbayHost", "PatchbayModule", "PatchbayPlugin", "PatchbayCore", "CPatchbay",
                "CWasmtime",
            ]),
        library("PatchbayTestKit", ["PatchbayPlugin", "PatchbayCore"]),
        .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        library("PatchbayConfig", ["PatchbayPlugin", "PatchbayCore", "CYaml"]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(
            name: "CSimdjson",
            linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]
        ),
        library(
            "PatchbayComponents",
            [
                "PatchbayPlugin", "PatchbayDLT", "PatchbayCSV", "PatchbayFrame", "PatchbayCore", "CSimdjson", "CZlib",
                "CZstd",
            ]
        ),
        library("PatchbayAssembly", ["PatchbayEngine", "PatchbayConfig", "PatchbayPlugin"]),
        library(
            "Patchbay",
            [
                "PatchbayCore", "PatchbayPlugin", "PatchbayNative", "PatchbayEngine", "PatchbayConfig",
                "PatchbayAssembly",
                "PatchbayComponents", "PatchbayWasm", "PatchbayProcess",
            ]
        ),
        library("PatchbayCommands", ["Patchbay", "PatchbayABI", "PatchbayModule", "PatchbayTestKit"]),
        .executableTarget(name: "patchbay", dependencies: ["PatchbayCommands"], swiftSettings: strict),
        .target(name: "BatchModel", dependencies: ["PatchbayCore"], path: "Tests/BatchModel", swiftSettings: strict),
        tests("PatchbayCoreTests", ["PatchbayCore", "BatchModel"]),
        .target(
            name: "ArrowProbe",
            dependencies: ["PatchbayArrow", "CArrow", "PatchbayCore", "BatchModel"],
            path: "Tests/ArrowProbe",
            swiftSettings: strict
        ),
        tests("PatchbayArrowTests", ["PatchbayArrow", "CArrow", "PatchbayCore", "BatchModel"]),
        tests("PatchbayFrameTests", ["PatchbayFrame", "PatchbayCore", "BatchModel"]),
        tests("PatchbayComponentsTests", ["PatchbayComponents", "PatchbayFrame", "PatchbayPlugin", "PatchbayCore"]),
        tests("PatchbayPluginTests", ["PatchbayPlugin", "PatchbayCore"]),
        tests(
            "PatchbayABITests",
            ["PatchbayABI", "CPatchbay", "PatchbayEngine", "PatchbayComponents", "PatchbayPlugin", "PatchbayCore"]),
        tests("PatchbayWireTests", ["PatchbayWire", "PatchbayFrame", "PatchbayPlugin", "PatchbayCore"]),
        .executableTarget(
            name: "ServingProbe",
            dependencies: ["PatchbayServing", "PatchbayNative", "PatchbayPlugin", "PatchbayCore"],
            path: "Tests/ServingProbe",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "OCMProbe",
            dependencies: ["PatchbayServing", "PatchbayNative", "PatchbayPlugin", "PatchbayCore"],
            path: "Tests/OCMProbe",
            swiftSettings: strict
        ),
        tests(
            "PatchbayServingTests",
            [
                "PatchbayServing", "PatchbayNative", "PatchbayComponents", "PatchbayWire", "PatchbayFrame",
                "PatchbayPlugin", "PatchbayCore", "ServingProbe", "OCMProbe",
            ]),
        .executableTarget(
            name: "ProcessProbe",
            dependencies: ["PatchbayProcess", "PatchbayWire", "PatchbayPlugin", "PatchbayCore"],
            path: "Tests/ProcessProbe",
            swiftSettings: strict
        ),
        tests(
            "PatchbayProcessTests",
            [
                "ProcessProbe", "PatchbayProcess", "PatchbayServing", "PatchbayNative", "PatchbayComponents",
                "PatchbayWire", "PatchbayFrame", "PatchbayPlugin", "PatchbayCore", "OCMProbe",
            ]),
        tests("PatchbayModuleTests", ["PatchbayModule", "PatchbayCore"]),
        tests(
            "PatchbayWasmTests",
            [
                "PatchbayWasm", "PatchbayHost", "PatchbayModule", "CPatchbay", "CWasmtime", "PatchbayPlugin",
                "PatchbayCore",
            ]),
        tests(
            "PatchbayTestKitTests", ["PatchbayTestKit", "Patchbay", "PatchbayNative", "PatchbayPlugin", "PatchbayCore"]),
        tests("PatchbayConfigTests", ["PatchbayConfig", "PatchbayPlugin", "PatchbayCore"]),
        tests(
            "PatchbayEngineTests", ["PatchbayEngine", "PatchbayComponents", "PatchbayPlugin", "PatchbayCore"]),
        tests("PatchbayAssemblyTests", ["Patchbay"]),
        tests("PatchbayCommandsTests", ["PatchbayCommands", "PatchbayCore", "patchbay"]),
        tests("PatchbayCSVTests", ["PatchbayCSV", "PatchbayCore"]),
        tests("PatchbayDLTTests", ["PatchbayDLT", "PatchbayCore"]),
    ]
)
