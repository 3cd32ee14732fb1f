import CPatchbayGuest
import EveryRole
import Foundation
import Patchbay
import PatchbayCore
import PatchbayGuest
import PatchbayPlugin
import PatchbayTestKit
import PatchbayWasm

// One plugin of every role, written once: in this program and as a module it keeps the contract of its role, and gives
// the same records, rejections and counts to the byte.
let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
let root = folder.deletingLastPathComponent().deletingLastPathComponent()

/// Builds the plugin into a module with the program that `PATCHBAY` names.
func buildModule(_ place: URL) throws {
    let process = Process()
    let program =
        ProcessInfo.processInfo.environment["PATCHBAY"] ?? root.appending(path: ".build/release/patchbay").path
    process.executableURL = URL(filePath: program)
    process.arguments = ["plugin", "build", folder.appending(path: "Plugin").path, "--output", place.path]
    process.environment = ProcessInfo.processInfo.environment
        .merging(["PATCHBAY_SDK": root.appending(path: "GuestSDK").path]) { $1 }
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { exit(1) }
}

func report(_ name: String, _ findings: [Finding]) {
    print("\(name): \(findings.isEmpty ? "ok" : "\(findings.count) findings")")
    for finding in findings { print("  \(finding)") }
    if !findings.isEmpty { failed = true }
}

nonisolated(unsafe) var failed = false

/// What an answer of the capability is, or its error.
func answers(_ factory: any PluginFactory, _ capability: Capability) -> [String] {
    [("good day", "Ann"), ("", "Ann"), ("hello", String(repeating: "x", count: 70_000))].map { operation, input in
        do throws(PluginError) {
            guard
                case .capability(var plugin) = try factory.makeInstance(
                    for: capability, configuration: PluginConfiguration(checked: [:]))
            else { return "no capability" }
            try plugin.start(PluginContext(stage: "trial"))
            defer { plugin.stop() }
            var output = ByteBuffer()
            try plugin.call(capability, operation: operation, input: Bytes(input).span, output: &output)
            let answer = output.finish()
            return String(decoding: answer.span.indices.map { answer.span[$0] }, as: UTF8.self)
        } catch {
            return "\(error.code): \(error.message)"
        }
    }
}

let place = FileManager.default.temporaryDirectory.appending(path: "patchbay-every-role-\(getpid()).wasm")
try buildModule(place)
let module = try WasmFactory(path: place.path)
try? FileManager.default.removeItem(at: place)

exportEveryRole()
let functions = NativeFunctions(
    call: { operation, frame in patchbay_call(operation, frame.assumingMemoryBound(to: patchbay_call_frame.self)) },
    allocate: { patchbay_allocate($0) },
    free: { patchbay_free($0) })
var registry = PluginRegistry()
try registry.register(functions, manifest: module.manifest)

for capability in module.manifest.capabilities {
    guard let native = registry.find(capability) else { continue }
    var inputs = TrialInputs(
        texts: [
            ("pairs", Bytes("a=1\nb=\n\n=c\nno pair\nlast=without an end")),
            ("a long line", Bytes("x=" + String(repeating: "0123456789", count: 2000) + "\ny=2\nnone")),
        ], gaps: .separators([10]))
    inputs.isStateful = false
    if capability.role == nil {
        let (first, second) = (answers(native, capability), answers(module, capability))
        let isRight = first[0] == "good day, dear Ann" && first[1].contains("no such operation") && first == second
        report("\(capability), both forms", isRight ? [] : [Finding("same answers", input: "calls", "\(second)")])
        continue
    }
    report("\(capability), in-process", PluginTrial(native, capability, inputs).run())
    report("\(capability), module", PluginTrial(module, capability, inputs).run())
    report("\(capability), compared", PluginTrial.compare(native, module, capability, inputs))
}
if failed { exit(1) }
