import Glibc
import Patchbay

/// Another program that is run to its end.
struct Subprocess {
    /// What becomes of what the program writes.
    enum Output {
        /// It goes where this process's own output goes: both streams to standard error.
        case inherited
        /// It is kept, both streams in one, up to the limit in bytes; what is over it is thrown away.
        case captured(limit: Int)
    }

    /// How it ended.
    struct Result {
        /// The exit code; 128 and the signal's number when a signal ended it.
        let status: Int32
        /// What was captured.
        let output: Bytes

        var isSuccess: Bool { status == 0 }
    }

    /// The path of the program.
    let program: String
    /// Its arguments, without the program's name.
    var arguments: [String]
    /// Variables that differ from this process's.
    var variables: [String: String] = [:]
    var output = Output.inherited

    init(_ program: String, _ arguments: [String], output: Output = .inherited) {
        self.program = program
        self.arguments = arguments
        self.output = output
    }

    /// The path of the program called `name`: itself when it has a slash, else the first on the `PATH`.
    static func find(_ name: String) -> String? {
        if name.utf8.contains(UInt8(ascii: "/")) { return isProgram(name) ? name : nil }
        let path = Console.variable("PATH", default: "/usr/local/bin:/usr/bin:/bin")
        return path.split(separator: ":").lazy.map { "\($0)/\(name)" }.first(where: isProgram)
    }

    private static func isProgram(_ path: String) -> Bool {
        unsafe Files.kind(path) == .file && access(path, X_OK) == 0
    }

    /// Runs it and waits for its end. Standard input is empty.
    func run() throws(CommandError) -> Result {
        var ends: [Int32] = [-1, -1]
        var limit = 0
        if case .captured(let most) = output {
            guard unsafe pipe(&ends) == 0 else { throw failure(errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            limit = most
        }
        let process: pid_t
        do throws(CommandError) {
            process = try spawn(writingTo: ends[1])
        } catch {
            for end in ends where end >= 0 { close(end) }
            throw error
        }
        if ends[1] >= 0 { close(ends[1]) }
        let text = ends[0] >= 0 ? Self.drain(ends[0], limit: limit) : Bytes("")
        if ends[0] >= 0 { close(ends[0]) }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw failure(errno) }
        }
        let signal = status & 0x7F
        return Result(status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: text)
    }

    private func spawn(writingTo end: Int32) throws(CommandError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for stream in [1, 2] as [Int32] {
            unsafe posix_spawn_file_actions_adddup2(&actions, end >= 0 ? end : 2, stream)
        }
        // What this process ignores would be ignored there too.
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var process: pid_t = 0
        let code = unsafe Self.withStrings([program] + arguments) { arguments in
            unsafe Self.withStrings(environment) { environment in
                unsafe posix_spawn(&process, program, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw failure(code) }
        return process
    }

    private var environment: [String] {
        var lines: [String] = []
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let line = unsafe String(cString: entry)
            if variables[String(line.prefix { $0 != "=" })] == nil { lines.append(line) }
            unsafe next += 1
        }
        return lines + variables.map { "\($0.key)=\($0.value)" }
    }

    private static func drain(_ end: Int32, limit: Int) -> Bytes {
        var kept = ByteBuffer()
        while true {
            let count = kept.append(upTo: 64 << 10) { room in
                while true {
                    let got = unsafe room.withUnsafeMutableBytes { unsafe read(end, $0.baseAddress, $0.count) }
                    if got >= 0 || errno != EINTR { return max(0, got) }
                }
            }
            if count == 0 { return kept.finish() }
            kept.truncate(to: limit)
        }
    }

    private static func withStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
        defer { unsafe copies.forEach { unsafe free($0) } }
        let list = unsafe UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: copies.count)
        defer { unsafe list.deallocate() }
        for unsafe(index, copy) in unsafe copies.enumerated() { unsafe (list + index).initialize(to: copy) }
        return unsafe body(list)
    }

    private func failure(_ code: Int32) -> CommandError {
        let cause = unsafe strerror(code).map { unsafe String(cString: $0) } ?? ""
        return CommandError(.environment, "\(program.quotedForMessage) cannot be run: \(cause)")
    }
}
