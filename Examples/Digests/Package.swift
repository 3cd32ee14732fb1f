// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "digests",
    dependencies: [.package(name: "patchbay", path: "../..")],
    targets: [
        .executableTarget(
            name: "Digests",
            dependencies: [
                .product(name: "PatchbayCore", package: "patchbay"),
                .product(name: "PatchbayNative", package: "patchbay"),
                .product(name: "PatchbayPlugin", package: "patchbay"),
            ]
        )
    ]
)
