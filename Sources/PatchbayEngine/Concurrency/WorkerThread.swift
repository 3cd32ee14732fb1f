internal import Glibc
internal import PatchbayPlugin

/// A thread of the data path; must be joined once.
@safe
struct WorkerThread: ~Copyable {
    private let handle: pthread_t

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body`. Signals are left to the other threads of the process.
    init(_ body: @escaping @Sendable () -> Void) throws(PluginError) {
        let context = unsafe Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, &before)
        let result = unsafe pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        guard result == 0 else {
            unsafe context.release()
            throw PluginError(.io, "no thread could be started", cause: "error \(result)")
        }
        handle = thread
    }

    /// Waits until the thread has ended.
    consuming func join() {
        pthread_join(handle, nil)
    }
}
