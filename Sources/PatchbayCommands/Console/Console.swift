import Glibc
import Patchbay

/// The process's standard streams. The one place of the module that writes to them.
struct Console: Sendable {
    /// One of the two output streams.
    enum Stream: Int32, Sendable {
        case output = 1
        case errors = 2
    }

    /// Whether a stream is a terminal.
    func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    /// Whether colours make sense on a stream: a terminal, and neither `NO_COLOR` nor a dumb one.
    func isColored(_ stream: Stream) -> Bool {
        isTerminal(stream) && Self.variable("NO_COLOR", default: "").isEmpty
            && Self.variable("TERM", default: "") != "dumb"
    }

    /// The width of the terminal behind a stream in columns; 80 when there is none.
    func width(_ stream: Stream) -> Int {
        var size = winsize()
        guard unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes text to standard output. False when nobody reads it any more, or it cannot be written.
    @discardableResult
    func write(_ text: String) -> Bool { write(text, to: .output) }

    /// Writes text; what cannot be written is lost, since there is no other place to say so.
    @discardableResult
    func write(_ text: String, to stream: Stream) -> Bool {
        var text = text
        return text.withUTF8 { write(unsafe Span(_unsafeElements: $0), to: stream) }
    }

    /// Writes bytes as they are.
    @discardableResult
    func write(_ bytes: Span<UInt8>, to stream: Stream) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { bytes in
            var done = 0
            while done < bytes.count {
                let count = unsafe Glibc.write(
                    stream.rawValue, bytes.baseAddress.map { unsafe $0 + done }, bytes.count - done)
                if count >= 0 {
                    done += count
                } else if errno == EAGAIN || errno == EWOULDBLOCK {
                    var request = pollfd(fd: stream.rawValue, events: Int16(POLLOUT), revents: 0)
                    _ = unsafe poll(&request, 1, 100)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    /// `patchbay: error: ...`, with the advice behind it.
    func report(_ error: CommandError) {
        let advice = error.advice.map { "; \($0)" } ?? ""
        report("error", "\(error.message)\(advice)")
    }

    /// What was found wrong, with its advice, and the guilty text below it.
    func report(_ diagnostic: Diagnostic) {
        let advice = diagnostic.advice.map { "; \($0)" } ?? ""
        let excerpt = diagnostic.excerpt.map { "\n\($0)" } ?? ""
        report(diagnostic.severity.rawValue, "\(diagnostic.message)\(advice)\(excerpt)")
    }

    /// A line of the given kind.
    func report(_ kind: String, _ message: String) {
        let paint = isColored(.errors)
        let color = kind == "error" ? "\u{1B}[1;31m" : "\u{1B}[1;33m"
        let word = paint ? "\(color)\(kind):\u{1B}[0m" : "\(kind):"
        write("patchbay: \(word) \(message)\n", to: .errors)
    }

    /// Cores that this process may use.
    static var cores: Int {
        max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }

    /// A variable of the process's environment.
    static func variable(_ name: String, default fallback: String) -> String {
        unsafe getenv(name).map { unsafe String(cString: $0) } ?? fallback
    }
}
