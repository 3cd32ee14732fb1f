public import CPatchbayGuest

/// The frame of a call.
@usableFromInline typealias Frame = UnsafeMutablePointer<patchbay_call_frame>

/// The Swift side of an instance: answers calls until it is destroyed.
@safe
@usableFromInline
class Instance {
    /// The C side.
    @usableFromInline var base: UnsafeMutablePointer<patchbay_guest_instance>
    /// Text that a call gives back.
    @usableFromInline var text = ByteWriter()

    @usableFromInline
    init() {
        unsafe base = UnsafeMutablePointer(bitPattern: 1).unsafelyUnwrapped
    }

    /// Answers one call with a status of `patchbay_status`.
    @usableFromInline
    func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        PATCHBAY_UNSUPPORTED.rawValue
    }
}

/// An instance of a Swift type: what all roles have in common.
@safe
@usableFromInline
class PluginInstance<P: Plugin>: Instance {
    @usableFromInline var plugin: P

    @usableFromInline
    init(_ plugin: P) {
        self.plugin = plugin
        super.init()
    }

    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        switch operation {
        case PATCHBAY_DESCRIBE: break
        case PATCHBAY_BIND:
            try unsafe plugin.bind(InputSchema(patchbay_guest_binding_of(base)))
        case PATCHBAY_START: try plugin.start()
        case PATCHBAY_STOP: try plugin.stop()
        case PATCHBAY_HEALTH: try plugin.checkHealth()
        case PATCHBAY_SAVE:
            text.removeAll()
            plugin.save(into: &text)
            unsafe frame.pointee.output = patchbay_bytes(text.start, text.count)
        case PATCHBAY_RESTORE: try plugin.restore(unsafe Span(_unsafeBytes: frame.pointee.input))
        default: return PATCHBAY_UNSUPPORTED.rawValue
        }
        return PATCHBAY_OK.rawValue
    }

    /// Calls `body` for each record of the call's batch; records for which it throws are reported.
    @usableFromInline
    @inline(__always)
    final func forEach(_ frame: Frame, _ body: (Record) throws(RecordError) -> Void) {
        let batch = unsafe Batch(base, count: Int(truncatingIfNeeded: frame.pointee.batch.rows))
        var row = 0
        while row < batch.count {
            do throws(RecordError) {
                try body(batch.record(row))
            } catch {
                unsafe error.message.report(base, row)
            }
            row &+= 1
        }
    }
}
