internal import CWasmtime
internal import Glibc
internal import Synchronization

/// Places that an engine keeps for instances: a place is reset when an instance leaves it, which is far cheaper than
/// mapping a memory anew, and what it costs is addresses.
///
/// Wasmtime's pool ends an instantiation with an error when it is full, and the process when it cannot be made; so its
/// places are counted here, and it is only asked for where it is possible.
final class InstancePool: Sendable {
    /// Instances that it has room for; further ones are made outside of it.
    static let places = 256
    /// Elements that each of an instance's tables has room for.
    static let tableElements = 100_000
    /// Tables of one instance, as many as a store permits.
    static let tables = 8
    /// Bytes of each memory.
    static let memory = 4 << 30
    /// Bytes at the beginning of a memory that are written over when it is reset and stay mapped; the rest goes back to
    /// the system. Enough for stack and data of most plugins, and less work than the faults that it saves.
    static let residentMemory = 256 << 10
    /// Places without an instance whose memory stays mapped.
    static let warmPlaces = 16

    private let taken = Atomic<Int>(0)

    /// A place; nil when none is free.
    func take() -> PoolPlace? {
        guard taken.add(1, ordering: .relaxed).newValue <= Self.places else {
            giveBack()
            return nil
        }
        return PoolPlace(self)
    }

    fileprivate func giveBack() { taken.subtract(1, ordering: .relaxed) }

    /// Tells an engine to have a pool; nil where the process does not get that many addresses.
    init?(for config: OpaquePointer, _ wasmtime: UnsafePointer<cwasmtime>, guardSize: Int) {
        // Twice as much: something must be left for others.
        guard Self.hasRoom(2 * Self.places * (Self.memory + 2 * guardSize)) else { return nil }
        let wasmtime = unsafe wasmtime.pointee
        let pool = unsafe wasmtime.wasmtime_pooling_allocation_config_new()
        unsafe wasmtime.wasmtime_pooling_allocation_config_total_core_instances_set(pool, UInt32(Self.places))
        unsafe wasmtime.wasmtime_pooling_allocation_config_total_memories_set(pool, UInt32(Self.places))
        // Calls use the caller's stack. Each place for another costs two mappings, of which a process has so many only.
        unsafe wasmtime.wasmtime_pooling_allocation_config_total_stacks_set(pool, 0)
        unsafe wasmtime.wasmtime_pooling_allocation_config_total_tables_set(pool, UInt32(Self.places * Self.tables))
        unsafe wasmtime.wasmtime_pooling_allocation_config_max_tables_per_module_set(pool, UInt32(Self.tables))
        unsafe wasmtime.wasmtime_pooling_allocation_config_table_elements_set(pool, Self.tableElements)
        unsafe wasmtime.wasmtime_pooling_allocation_config_max_memory_size_set(pool, Self.memory)
        unsafe wasmtime.wasmtime_pooling_allocation_config_linear_memory_keep_resident_set(pool, Self.residentMemory)
        unsafe wasmtime.wasmtime_pooling_allocation_config_max_unused_warm_slots_set(pool, UInt32(Self.warmPlaces))
        unsafe wasmtime.wasmtime_pooling_allocation_strategy_set(config, pool)
        unsafe wasmtime.wasmtime_pooling_allocation_config_delete(pool)
    }

    /// Whether so many bytes of addresses are to be had: a limit of the process (`ulimit -v`) may forbid it.
    private static func hasRoom(_ size: Int) -> Bool {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let place = unsafe mmap(nil, size, PROT_NONE, flags, -1, 0), unsafe place != MAP_FAILED else {
            return false
        }
        unsafe munmap(place, size)
        return true
    }
}

/// A place in a pool. It is free again when this is gone, which must not be before the instance's store is.
final class PoolPlace: Sendable {
    private let pool: InstancePool

    fileprivate init(_ pool: InstancePool) {
        self.pool = pool
    }

    deinit { pool.giveBack() }
}
