internal import Glibc
internal import PatchbayPlugin

/// A thread that nobody waits for and that handles no signal of the host.
enum DetachedThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` on a new thread.
    static func start(_ body: @escaping @Sendable () -> Void) throws(PluginError) {
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        // A pipe without reader is an error on that thread, too, and not a signal.
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let argument = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        let result = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument)
        guard result == 0 else {
            unsafe Unmanaged<Body>.fromOpaque(argument).release()
            throw PluginError(.io, "no thread can be made", cause: Descriptor.reason(result))
        }
        pthread_detach(thread)
    }
}
