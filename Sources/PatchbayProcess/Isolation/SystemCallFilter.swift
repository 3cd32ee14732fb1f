internal import CPatchbaySpawn
internal import PatchbayPlugin

/// A seccomp filter: which system calls a plugin is refused. See `filter.c` for the list.
struct SystemCallFilter: Sendable {
    /// The instructions, as the kernel takes them.
    let instructions: [UInt8]

    /// A filter; nil on an architecture for which there is none.
    ///
    /// - Parameter network: whether sockets other than those of AF_UNIX may be made.
    init?(network: Bool) {
        let size = patchbay_filter_instruction_size()
        let capacity = 256
        var count = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity * size) { memory, initialized in
            count = unsafe patchbay_make_filter(memory.baseAddress, capacity, network ? 1 : 0)
            initialized = count * size
        }
        guard count > 0 else { return nil }
        instructions = bytes
    }
}
