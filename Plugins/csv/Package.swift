// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "csv",
    dependencies: [.package(name: "patchbay", path: "../..")],
    targets: [
        .target(
            name: "CSVPlugin",
            dependencies: [
                .product(name: "PatchbayCore", package: "patchbay"),
                .product(name: "PatchbayCSV", package: "patchbay"),
                .product(name: "PatchbayGuestCore", package: "patchbay"),
                .product(name: "CPatchbay", package: "patchbay"),
            ]
        )
    ]
)
