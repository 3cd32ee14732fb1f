internal import CPatchbay
internal import PatchbayABI
internal import PatchbayPlugin

/// A plugin whose answers a script makes wrong: memory and call frame are the fuzzer's.
@safe
final class FakeGuest: Guest {
    /// Bytes of its memory. Nothing lies behind them: what reads on is found by AddressSanitizer.
    static let size = 160 << 10
    /// Where answers are put together; what the host allocates lies behind.
    static let imageStart = 64
    private static let heapStart: UInt64 = 24 << 10
    nonisolated(unsafe) static var alive = 0

    private let script: Script
    private let base: UnsafeMutableRawPointer
    private var reach = FakeGuest.size
    private var heap = FakeGuest.heapStart
    private var calls = -1
    private var forwarding: UnsafeMutableRawBufferPointer?
    var isWornOut: Bool { script.traits >> 7 != 0 && calls > 4 }

    /// Memory of instances that are gone: a new block of this size is dear under AddressSanitizer.
    nonisolated(unsafe) private static var blocks: [UnsafeMutableRawPointer] = unsafe []

    init(_ script: Script) {
        self.script = script
        if let block = unsafe Self.blocks.popLast() {
            unsafe base = block
        } else {
            unsafe base = UnsafeMutableRawPointer.allocate(byteCount: Self.size, alignment: 64)
        }
        unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: Int(Self.heapStart) + 8192)
        unsafe Self.alive += 1
    }

    deinit {
        unsafe Self.blocks.append(base)
        unsafe Self.alive -= 1
    }

    var memory: GuestMemory { unsafe GuestMemory(base: base, size: UInt64(reach)) }

    func attach(_ context: PluginContext) {}
    func free(_ address: UInt64) throws(PluginError) {}

    @unsafe
    func setForwardingTarget(_ target: UnsafeMutableRawBufferPointer?) -> Int {
        let room = unsafe forwarding?.count ?? 0
        unsafe forwarding = target
        return min(room, script.rows)
    }

    private func patches(_ kind: Script.Kind) -> [Script.Patch] {
        script.patches.filter { $0.kind == kind && ($0.call == 15 || $0.call == max(0, calls)) }
    }

    func allocate(_ size: Int) throws(PluginError) -> UInt64 {
        if let patch = patches(.allocation).first {
            guard patch.value != 0 else { throw PluginError(.crashed, "no memory") }
            return patch.value
        }
        let address = heap
        heap = (heap + UInt64(size) + 15) & ~15
        guard heap <= UInt64(Self.size) else { throw PluginError(.crashed, "no memory for \(size) bytes") }
        return address
    }

    func call(_ operation: patchbay_operation, frame address: UInt64) throws(PluginError) -> Int32 {
        calls += 1
        // The heap is not used up by long runs: blocks of calls that are over are written over, as a guest would.
        if heap > UInt64(Self.size) - 8192, operation != PATCHBAY_READ_BYTES { heap = Self.heapStart + 4096 }
        let place = Place("the frame")
        var frame = unsafe try GuestMemory(unchecked: base).load(patchbay_call_frame.self, at: address, place)
        var status = prepared(operation, &frame)
        unsafe withUnsafeMutableBytes(of: &frame) { bytes in
            let out = MemoryLayout<patchbay_call_frame>.offset(of: \.consumed) ?? 0
            for patch in patches(.frame) {
                let words = (bytes.count - out) / 8
                let offset = out + patch.offset % words * 8
                unsafe bytes.storeBytes(of: patch.value, toByteOffset: offset, as: UInt64.self)
            }
        }
        // The host waits a while for those who have nothing yet; that is not what is tried here.
        frame.flags &= ~UInt32(PATCHBAY_NOTHING_YET)
        if let patch = patches(.status).first { status = Int32(truncatingIfNeeded: patch.value) }
        unsafe try GuestMemory(unchecked: base).store(frame, at: address, place)
        spoil(.image, from: Self.imageStart, count: 16 << 10)
        spoil(.input, from: Int(frame.input.address % UInt64(Self.size)), count: 1024)
        spoil(.anywhere, from: 0, count: Self.size)
        if let patch = patches(.memorySize).first { reach = min(Self.size, Int(patch.value % UInt64(Self.size + 1))) }
        return status
    }

    /// Changes memory that the host may be showing to somebody.
    func changeMemory() { spoil(.afterwards, from: Self.imageStart, count: 16 << 10) }

    private func spoil(_ kind: Script.Kind, from start: Int, count: Int) {
        for patch in patches(kind) {
            let offset = start + patch.offset % count
            guard offset >= 0, offset + patch.width <= Self.size else { continue }
            unsafe withUnsafeBytes(of: patch.value) {
                unsafe (base + offset).copyMemory(
                    from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: patch.width)
            }
        }
    }
}

extension GuestMemory {
    /// All of the fake memory, whatever the script says of its size.
    @unsafe
    init(unchecked base: UnsafeMutableRawPointer) { unsafe self.init(base: base, size: UInt64(FakeGuest.size)) }
}

/// A sound answer, as it lies in memory: most inputs ask for the same ones, and putting one together takes longer than
/// reading it.
private struct Prepared {
    let frame: patchbay_call_frame
    let status: Int32
    let image: [UInt8]
}

/// What a sound answer depends on.
private struct Question: Hashable {
    let operation: UInt32
    let header: UInt64
    let input: UInt64
    let position: UInt64
    let rows: UInt64
    let calls: Int
}

nonisolated(unsafe) private var answers: [Question: Prepared] = [:]

extension FakeGuest {
    /// Puts a sound answer into frame and memory.
    private func prepared(_ operation: patchbay_operation, _ frame: inout patchbay_call_frame) -> Int32 {
        let question = Question(
            operation: operation.rawValue, header: script.header, input: frame.input.address,
            position: frame.position, rows: frame.batch.rows, calls: min(calls, 7))
        if let known = unsafe answers[question] {
            let instance = frame.instance
            let given = frame
            frame = known.frame
            frame.name = given.name
            frame.options = given.options
            frame.instance = operation == PATCHBAY_CREATE ? 7 : instance
            if script.has(0) { frame.token = UInt64(calls + 1) }
            unsafe known.image.withUnsafeBytes { image in
                guard let start = image.baseAddress else { return }
                unsafe (base + Self.imageStart).copyMemory(from: start, byteCount: image.count)
            }
            return known.status
        }
        var end = 0
        let status = answer(operation, &frame, &end)
        if unsafe answers.count > 20_000 { unsafe answers.removeAll() }
        let image = unsafe Array(UnsafeRawBufferPointer(start: base + Self.imageStart, count: end - Self.imageStart))
        unsafe answers[question] = Prepared(frame: frame, status: status, image: image)
        return status
    }

    /// A sound answer, and where what was written for it ends.
    private func answer(
        _ operation: patchbay_operation, _ frame: inout patchbay_call_frame, _ end: inout Int
    ) -> Int32 {
        var image = unsafe Image(GuestMemory(unchecked: base), at: UInt64(Self.imageStart))
        defer { end = Int(image.next) }
        if script.has(6) { frame.message = image.text("it does not want to") }
        if script.has(0) { frame.token = UInt64(calls + 1) }
        switch operation {
        case PATCHBAY_CREATE: frame.instance = 7
        case PATCHBAY_DESCRIBE, PATCHBAY_BIND:
            frame.output_schema = image.schema(script)
            frame.wanted.flags = UInt32(PATCHBAY_WANT_ALL)
            frame.wanted.names = image.list([image.text("number")])
        case PATCHBAY_PARSE, PATCHBAY_READ_BATCH, PATCHBAY_FINISH, PATCHBAY_TRANSFORM:
            frame.result = image.batch(script, input: frame.input)
            frame.consumed = frame.input.length
            if operation == PATCHBAY_TRANSFORM { transform(&frame, &image) }
            if operation == PATCHBAY_PARSE { frame.regions = image.list([region(frame, 0), region(frame, 1)]) }
            if operation == PATCHBAY_READ_BATCH, calls > 6 { frame.flags = UInt32(PATCHBAY_END) }
        case PATCHBAY_BOUNDARY: frame.consumed = frame.input.length
        case PATCHBAY_READ_BYTES:
            frame.consumed = min(frame.input.length, 100)
            frame.output = image.text("part")
            if calls > 6 { frame.flags = UInt32(PATCHBAY_END) }
        case PATCHBAY_FILTER:
            frame.output = patchbay_bytes(
                address: image.array([UInt8](repeating: 0x5A, count: 64)), length: (frame.batch.rows + 7) / 8)
            frame.errors = errors(frame, &image)
        case PATCHBAY_VALIDATE, PATCHBAY_ACCUMULATE, PATCHBAY_WRITE: frame.errors = errors(frame, &image)
        case PATCHBAY_ANSWER, PATCHBAY_SAVE: frame.output = image.text("answer")
        default: break
        }
        return script.has(6) && calls > 3 ? PATCHBAY_FAILED.rawValue : 0
    }

    private func transform(_ frame: inout patchbay_call_frame, _ image: inout Image) {
        if script.rows > 0, frame.batch.rows > 0 {
            frame.result_rows = image.list((0..<script.rows).map { UInt32($0) % UInt32(clamping: frame.batch.rows) })
        }
        let rows = UInt64(script.rows)
        frame.added = rows > frame.batch.rows ? rows - frame.batch.rows : 0
        frame.dropped = rows < frame.batch.rows ? frame.batch.rows - rows : 0
    }

    private func region(_ frame: patchbay_call_frame, _ index: UInt64) -> patchbay_region {
        var region = patchbay_region()
        region.position = frame.position + index * 2
        region.length = frame.input.length > 4 ? 1 : 0
        region.reason = index == 0 ? PATCHBAY_REASON_DAMAGE.rawValue : PATCHBAY_REASON_OWN.rawValue
        region.name = patchbay_bytes(address: UInt64(Self.imageStart), length: 4)
        return region
    }

    private func errors(_ frame: patchbay_call_frame, _ image: inout Image) -> patchbay_list {
        guard frame.batch.rows > 1 else { return patchbay_list() }
        var error = patchbay_record_error()
        error.row = frame.batch.rows - 1
        error.message = image.text("bad")
        return image.list([error])
    }
}

/// Makes instances that follow one script.
final class FakeSource: GuestMaker {
    private let script: Script
    private(set) weak var latest: FakeGuest?

    init(_ script: Script) { self.script = script }

    func makeGuest() throws(PluginError) -> any Guest {
        let guest = FakeGuest(script)
        latest = guest
        return guest
    }
}
