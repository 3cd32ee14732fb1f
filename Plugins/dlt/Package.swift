// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "dlt",
    dependencies: [.package(name: "patchbay", path: "../..")],
    targets: [
        .target(
            name: "DLTPlugin",
            dependencies: [
                .product(name: "PatchbayCore", package: "patchbay"),
                .product(name: "PatchbayDLT", package: "patchbay"),
                .product(name: "PatchbayGuestCore", package: "patchbay"),
                .product(name: "CPatchbay", package: "patchbay"),
            ]
        )
    ]
)
