// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "process-plugin",
    dependencies: [.package(name: "patchbay", path: "../..")],
    targets: [
        .executableTarget(
            name: "ProcessPlugin",
            dependencies: [
                .product(name: "PatchbayServing", package: "patchbay"),
                .product(name: "PatchbayNative", package: "patchbay"),
                .product(name: "PatchbayPlugin", package: "patchbay"),
                .product(name: "PatchbayCore", package: "patchbay"),
            ]
        )
    ]
)
