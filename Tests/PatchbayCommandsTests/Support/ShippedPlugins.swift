import Foundation
import Testing

/// The plugins of `Plugins/`, built when their sources changed.
enum ShippedPlugins {
    private static let isBuilt: Bool = {
        let process = Process()
        process.executableURL = Repository.root.appending(path: "Tools/build-plugins")
        process.environment = ProcessInfo.processInfo.environment.merging(["PATCHBAY": Program.path]) { $1 }
        do {
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus == 0
        } catch {
            return false
        }
    }()

    /// The path of a plugin's module.
    static func path(_ name: String) -> String {
        if !isBuilt { Issue.record("Tools/build-plugins fails") }
        return Repository.root.appending(path: "build/plugins/\(name).wasm").path
    }
}
