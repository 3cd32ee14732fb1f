internal import CPatchbaySpawn
internal import Glibc
internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// An existing program between two pipes: it gets bytes on standard input and gives bytes on standard output.
///
/// Used by one thread. Both directions are served together, so that neither side can wait for the other for ever.
final class PipedProgram {
    /// Most bytes in one piece from the program.
    private static let pieceSize = 256 << 10
    /// Nanoseconds that a program has to exit after it has closed its output.
    private static let exitTime: UInt64 = 10_000_000_000

    private let name: String
    private let child: ChildProcess
    private let output: PluginOutput
    private let board: ScopeBoard
    private let scope: StageScope
    private let directory: RunDirectory
    /// Where bubblewrap reports, which may not be closed before it has ended.
    private let report: Descriptor?
    private var input: Descriptor?
    private var results: Descriptor?
    /// Nanoseconds without a byte in either direction after which it is ended; nil for any.
    private let silence: UInt64?

    /// Starts `command`, whose first word is a path or a name on the `PATH`, confined as `configuration` says.
    ///
    /// - Parameter hasInput: whether it is written to; else its standard input is empty.
    /// - Parameter hasResults: whether its standard output is read; else it is kept like standard error.
    init(
        _ command: [String], _ configuration: PluginConfiguration, _ scope: StageScope, silence: UInt64?,
        hasInput: Bool, hasResults: Bool
    ) throws(PluginError) {
        let path = try Self.path(of: command)
        if configuration.sandbox != .off { _ = Bubblewrap.shared.probe() }
        directory = try HostDirectory.shared.makeRunDirectory()
        try GroupGuard.shared.start(directory: try HostDirectory.shared.path())
        let confined = try ConfinedProgram(
            path: path, arguments: command,
            Isolation(mode: configuration.sandbox, grants: configuration.grants, limits: configuration.limits),
            directory, transport: .unix)
        report = confined.report
        let errors = try Descriptor.pipe()
        let stdin = try hasInput ? Descriptor.pipe(isRead: false) : nil
        let stdout = try hasResults ? Descriptor.pipe() : nil
        if let stdin { _ = fcntl(stdin.writes.number, F_SETFL, O_NONBLOCK) }
        let reads: Descriptor
        if let stdin { reads = stdin.reads } else { reads = try Descriptor.null() }
        let standard = [reads, stdout?.writes ?? errors.writes, errors.writes]
        name = command[0]
        board = ScopeBoard()
        board.attach(scope, limit: configuration.limits.logLinesPerSecond)
        let output = PluginOutput(name: command[0], streams: 1, board: board)
        let directory = directory
        child = try ProcessMonitor.shared.start(
            confined.launch(standard), reading: [errors.reads], into: output
        ) { _ in
            directory.remove()
        }
        GroupGuard.shared.add(child.pid)
        self.output = output
        self.scope = scope
        self.silence = silence
        input = stdin?.writes
        results = stdout?.reads
    }

    deinit { end() }

    static func path(of command: [String]) throws(PluginError) -> String {
        guard let name = command.first, !name.isEmpty else {
            throw PluginError(.configuration, "'command' is empty", advice: "write [PROGRAM, ARGUMENT, ...]")
        }
        if name.utf8.contains(UInt8(ascii: "/")) { return ProgramPath.absolute(name) }
        guard let path = PluginEnvironment.find(name) else {
            throw PluginError(
                .configuration, "there is no program \(name.quotedForMessage) on the PATH",
                advice: "install it, or write its path")
        }
        return path
    }

    /// Whether it still reads.
    var takesInput: Bool { input != nil }

    // MARK: Both directions

    /// Writes `bytes`, and takes what the program gives in the meantime into `take`. Returns early when the program has
    /// closed its standard input: it wants no more.
    func write(_ bytes: Span<UInt8>, _ take: (Span<UInt8>) throws(PluginError) -> Void) throws(PluginError) {
        var done = 0
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        while done < bytes.count, let descriptor = input {
            let (canRead, canWrite) = try wait(writes: true)
            if canRead { _ = try read(&piece, take) }
            guard canWrite else { continue }
            switch SignallessPipe.write(bytes.extracting(done..<bytes.count), to: descriptor) {
            case .written(let count): done += count
            case .full: continue
            case .closed: input = nil
            }
        }
    }

    /// Takes what is there. Waits up to `milliseconds` for something to come; nil for as long as it takes. False when the
    /// program has closed its standard output.
    func read(
        waiting milliseconds: Int?, _ take: (Span<UInt8>) throws(PluginError) -> Void
    ) throws(PluginError) -> Bool {
        guard results != nil else { return false }
        guard try wait(writes: false, milliseconds: milliseconds).canRead else { return true }
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        return try read(&piece, take)
    }

    private func read(
        _ piece: inout [UInt8], _ take: (Span<UInt8>) throws(PluginError) -> Void
    ) throws(PluginError) -> Bool {
        switch results?.read(into: &piece) {
        case .bytes(let count): try take(piece.span.extracting(0..<count))
        case .nothing: break
        case .end, nil:
            results = nil
            return false
        }
        return true
    }

    /// Waits for one of the directions; for the time of `milliseconds`, or until the program has been silent for too long.
    private func wait(
        writes: Bool, milliseconds: Int? = nil
    ) throws(PluginError) -> (canRead: Bool, canWrite: Bool) {
        let now = MonotonicClock.nanoseconds
        var end = silence.map { now &+ $0 } ?? .max
        let patience = milliseconds.map { now &+ UInt64($0) &* 1_000_000 }
        if let patience { end = min(end, patience) }
        var entries = [
            pollfd(fd: results?.number ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: writes ? input?.number ?? -1 : -1, events: Int16(POLLOUT), revents: 0),
        ]
        Descriptor.poll(&entries, until: end)
        let ready = (canRead: entries[0].revents != 0, canWrite: entries[1].revents != 0)
        if !ready.canRead, !ready.canWrite, end != patience, MonotonicClock.nanoseconds >= end {
            throw silent()
        }
        return ready
    }

    private func silent() -> PluginError {
        child.signalGroup(SIGKILL)
        var error = PluginError(
            .timedOut, "\(name.quotedForMessage) was silent for \((silence ?? 0) / 1_000_000) ms and was ended",
            cause: output.lastLines, advice: "give it more time with 'timeout'")
        error.isFinal = true
        return error
    }

    // MARK: End

    /// Nothing more will be written.
    func closeInput() { input = nil }

    /// Waits for the program's end; throws unless it exits with 0. Its standard output must have been read to the end.
    func finish() throws(PluginError) {
        input = nil
        let time = results == nil ? silence ?? Self.exitTime : Self.exitTime
        guard let end = child.waitUntilDone(until: MonotonicClock.nanoseconds &+ time) else {
            child.signalGroup(SIGKILL)
            throw final(
                PluginError(
                    .timedOut, "\(name.quotedForMessage) did not exit within \(time / 1_000_000_000) s of the end",
                    cause: output.lastLines))
        }
        GroupGuard.shared.remove(child.pid)
        guard end == .exited(0) else { throw failure(end) }
    }

    /// What to say of a program that has ended before its time; waits a moment for its status.
    func brokenOff() -> PluginError {
        let end = child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 1_000_000_000)
        if let end, end != .exited(0) { return failure(end) }
        return final(
            PluginError(
                .output,
                "\(name.quotedForMessage) closed its standard input before it had read everything",
                cause: output.lastLines))
    }

    private func failure(_ end: ProgramEnd) -> PluginError {
        final(
            PluginError(
                .crashed, "the program \(name.quotedForMessage) failed: \(end.description)", cause: output.lastLines))
    }

    private func final(_ error: PluginError) -> PluginError {
        var error = error
        error.isFinal = true
        return error
    }

    /// Ends the program with its group, if it still runs.
    func end() {
        input = nil
        results = nil
        if child.end == nil {
            child.signalGroup(SIGTERM)
            if child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 1_000_000_000) == nil {
                child.signalGroup(SIGKILL)
                _ = child.waitUntilDone(until: MonotonicClock.nanoseconds &+ 1_000_000_000)
            }
            GroupGuard.shared.remove(child.pid)
        }
        board.detach(scope)
    }
}

/// Writing to a pipe whose reader may be gone, in a host that may handle SIGPIPE as it likes.
private enum SignallessPipe {
    enum Outcome {
        case written(Int)
        case full
        case closed
    }

    static func write(_ bytes: Span<UInt8>, to descriptor: Descriptor) -> Outcome {
        var pipe = sigset_t()
        var before = sigset_t()
        var pending = sigset_t()
        unsafe sigemptyset(&pipe)
        unsafe sigaddset(&pipe, SIGPIPE)
        unsafe sigpending(&pending)
        let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
        unsafe pthread_sigmask(SIG_BLOCK, &pipe, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        while true {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor.number, $0.baseAddress, $0.count) }
            if count >= 0 { return .written(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .full
            default:
                // The signal of this write is taken back before the mask is.
                var none = timespec(tv_sec: 0, tv_nsec: 0)
                if !wasPending { _ = unsafe sigtimedwait(&pipe, nil, &none) }
                return .closed
            }
        }
    }
}
