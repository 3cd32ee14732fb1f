import CPatchbayGuest
import EveryRole
import Foundation
import Patchbay
import PatchbayCore
import PatchbayGuest
import PatchbayPlugin
import PatchbayProcess
import PatchbayTestKit
import PatchbayWasm

// One plugin of every role, written once: in this program, as a module and as a program of its own it keeps the contract
// of its role, and gives the same records, rejections and counts to the byte.
let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
let root = folder.deletingLastPathComponent().deletingLastPathComponent()

/// Builds the plugin in one of its forms with the program that `PATCHBAY` names.
func build(_ form: String, _ place: URL) throws {
    let process = Process()
    let program =
        ProcessInfo.processInfo.environment["PATCHBAY"] ?? root.appending(path: ".build/release/patchbay").path
    process.executableURL = URL(filePath: program)
    process.arguments = [
        "plugin", "build", folder.appending(path: "Plugin").path, "--form", form, "--output", place.path,
    ]
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

let place = FileManager.default.temporaryDirectory.appending(path: "patchbay-every-role-\(getpid())")
try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
try build("wasm", place.appending(path: "every-role.wasm"))
try build("process", place.appending(path: "every-role.plugin"))
let module = try WasmFactory(path: place.appending(path: "every-role.wasm").path)
let programs = ProcessRuntime()
let program = try programs.open(place.appending(path: "every-role.plugin").path)

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
        let all = [answers(native, capability), answers(module, capability), answers(program, capability)]
        let isRight =
            all[0][0] == "good day, dear Ann" && all[0][1].contains("no such operation")
            && all.allSatisfy { $0 == all[0] }
        report("\(capability), all forms", isRight ? [] : [Finding("same answers", input: "calls", "\(all)")])
        continue
    }
    report("\(capability), in-process", PluginTrial(native, capability, inputs).run())
    report("\(capability), module", PluginTrial(module, capability, inputs).run())
    report("\(capability), process", PluginTrial(program, capability, inputs).run())
    report("\(capability), module compared", PluginTrial.compare(native, module, capability, inputs))
    report("\(capability), process compared", PluginTrial.compare(native, program, capability, inputs))
}
programs.stop()
try? FileManager.default.removeItem(at: place)
if failed { exit(1) }
