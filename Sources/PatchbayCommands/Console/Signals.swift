import Glibc
import Synchronization

/// SIGINT and SIGTERM: the first asks for an orderly end, the second ends the process at once. SIGPIPE is ignored, so that
/// a closed pipe becomes an error that a sink reports.
enum Signals {
    /// The first signal that asked for an end; 0 when none did. Written by a handler, so it is an atomic and nothing else.
    private static let received = Atomic<Int32>(0)

    /// Takes the signals over for the rest of the process's life.
    static func install() {
        // The atomic is made before a handler may need it.
        _ = received.load(ordering: .relaxed)
        handle(SIGPIPE, SIG_IGN)
        // A parent that started this program from a thread with blocked signals hands the mask on.
        var ours = sigset_t()
        unsafe sigemptyset(&ours)
        for number in [SIGINT, SIGTERM] { unsafe sigaddset(&ours, number) }
        unsafe pthread_sigmask(SIG_UNBLOCK, &ours, nil)
        for number in [SIGINT, SIGTERM] {
            var before = sigaction()
            // A program that was started with a signal ignored (nohup, a shell's background) keeps ignoring it.
            let isIgnored =
                unsafe sigaction(number, nil, &before) == 0
                && (unsafe address(before.__sigaction_handler.sa_handler) == address(SIG_IGN))
            if isIgnored { continue }
            handle(number) { number in
                let (isFirst, _) = Signals.received.compareExchange(
                    expected: 0,
                    desired: number,
                    ordering: .relaxed
                )
                if !isFirst { _exit(128 + number) }
            }
        }
    }

    /// How a run that was asked to end by a signal ends; nil when no signal came.
    static var stopped: ExitStatus? {
        switch received.load(ordering: .relaxed) {
        case 0: nil
        case SIGTERM: .terminated
        default: .interrupted
        }
    }

    private static func address(_ handler: sighandler_t?) -> Int { unsafe unsafeBitCast(handler, to: Int.self) }

    private static func handle(_ number: Int32, _ handler: sighandler_t?) {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        unsafe sigaction(number, &action, nil)
    }
}
