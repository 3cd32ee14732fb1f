internal import CPatchbaySpawn
internal import Glibc
internal import PatchbayPlugin

/// What a program is started with.
struct Launch: Sendable {
    /// Absolute path of the program.
    var path: String
    /// Arguments, the program's name first.
    var arguments: [String]
    /// Variables by name; there are no others.
    var environment: [String: String] = [:]
    /// Working directory.
    var directory = "/"
    /// The descriptors that it gets, from 0 on; all others are closed.
    var descriptors: [Descriptor]
    /// Ends of pipes that must stay open while it runs, since it writes to the others.
    var held: [Descriptor] = []
    var limits: [ResourceLimit] = []
    var filter: SystemCallFilter?
    /// Whether it gets a session of its own, so that it has no terminal.
    var hasOwnSession = true
    /// Whether the kernel kills it when the host dies.
    var diesWithHost = true
    /// Whether it can gain no rights by executing files.
    var gainsNoPrivileges = true

    /// Starts the program. To be called on the thread of the monitor alone: the kernel kills what ``diesWithHost`` when
    /// the thread that started it ends.
    func start() throws(PluginError) -> (pid: pid_t, pidfd: Descriptor) {
        for text in [path, directory] + arguments + environment.map({ "\($0)=\($1)" }) where text.utf8.contains(0) {
            throw PluginError(.configuration, "\(text.quotedForMessage) has a zero byte")
        }
        let arguments = CStrings(arguments)
        let variables = CStrings(environment.map { "\($0)=\($1)" }.sorted())
        let numbers = descriptors.map { patchbay_descriptor(source: $0.number) }
        let limits = limits.map { patchbay_limit(resource: $0.resource, value: $0.value) }
        let instructions = filter?.instructions ?? []
        let result = unsafe path.withCString { path in
            unsafe directory.withCString { directory in
                unsafe numbers.withUnsafeBufferPointer { numbers in
                    unsafe limits.withUnsafeBufferPointer { limits in
                        unsafe instructions.withUnsafeBytes { filter in
                            var program = unsafe patchbay_program()
                            unsafe program.path = path
                            unsafe program.arguments = UnsafePointer(arguments.pointers)
                            unsafe program.environment = UnsafePointer(variables.pointers)
                            unsafe program.directory = directory
                            unsafe program.descriptors = numbers.baseAddress
                            unsafe program.descriptor_count = numbers.count
                            unsafe program.limits = limits.baseAddress
                            unsafe program.limit_count = limits.count
                            unsafe program.filter = filter.isEmpty ? nil : filter.baseAddress
                            unsafe program.filter_count = filter.count / patchbay_filter_instruction_size()
                            unsafe program.new_session = hasOwnSession ? 1 : 0
                            unsafe program.dies_with_thread = diesWithHost ? 1 : 0
                            unsafe program.no_new_privileges = gainsNoPrivileges ? 1 : 0
                            return unsafe patchbay_start(&program)
                        }
                    }
                }
            }
        }
        guard result.step == 0 else { throw failure(UInt32(result.step), result.error) }
        return (result.pid, Descriptor(owning: result.pidfd))
    }

    private func failure(_ step: UInt32, _ code: CInt) -> PluginError {
        let what =
            switch patchbay_step(step) {
            case PATCHBAY_STEP_CLONE: "no process can be made"
            case PATCHBAY_STEP_GROUP: "it gets no process group"
            case PATCHBAY_STEP_DESCRIPTORS: "it cannot be given its descriptors"
            case PATCHBAY_STEP_DIRECTORY: "its working directory \(directory.quotedForMessage) cannot be entered"
            case PATCHBAY_STEP_PARENT: "it cannot be bound to its host"
            case PATCHBAY_STEP_LIMITS: "its limits cannot be set"
            case PATCHBAY_STEP_PRIVILEGES: "its privileges cannot be fixed"
            case PATCHBAY_STEP_FILTER: "its filter of system calls is refused"
            default: "\(path.quotedForMessage) cannot be executed"
            }
        let advice: String? =
            switch code {
            case EACCES where step == PATCHBAY_STEP_EXECUTE.rawValue: "make it executable (chmod +x)"
            case ENOENT where step == PATCHBAY_STEP_EXECUTE.rawValue:
                "see whether the file and the interpreter in its first line exist"
            case ENOEXEC: "a script needs a first line that names its interpreter, like #!/bin/sh"
            case EAGAIN: "too many processes run; raise the limit (ulimit -u)"
            default: nil
            }
        return PluginError(.io, "the program does not start: \(what)", cause: Descriptor.reason(code), advice: advice)
    }
}

/// Texts as C wants arguments: pointers with a null at the end, freed when this goes away.
@safe
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ texts: [String]) {
        count = texts.count
        unsafe pointers = .allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { unsafe (pointers + index).initialize(to: strdup(text)) }
        unsafe (pointers + count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count { unsafe free(pointers[index]) }
        unsafe pointers.deallocate()
    }
}

/// How a program ended.
enum ProgramEnd: Sendable, Equatable {
    case exited(Int)
    case killed(signal: Int)
    /// Somebody else in the host has asked for its status first.
    case unknown

    /// For messages: `exited with status 3`.
    var description: String {
        switch self {
        case .exited(let status): "it exited with status \(status)"
        case .killed(let signal): "it was killed by signal \(signal) (\(Self.name(of: signal)))"
        case .unknown: "it ended"
        }
    }

    private static func name(of signal: Int) -> String {
        guard let name = unsafe patchbay_signal_name(CInt(signal)) else { return "unknown" }
        return unsafe "SIG" + String(cString: name)
    }

    /// How the program of `pidfd` ended; nil while it runs. Collects it, so that its process id becomes free.
    static func collect(_ pidfd: Descriptor) -> ProgramEnd? {
        let end = patchbay_collect(pidfd.number, 1)
        switch end.how {
        case 0: return nil
        case 1: return .exited(Int(end.value))
        case 2: return .killed(signal: Int(end.value))
        default: return .unknown
        }
    }
}
