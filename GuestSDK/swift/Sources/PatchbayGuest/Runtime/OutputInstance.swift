public import CPatchbayGuest

/// An instance that makes batches: keeps their layout and their memory until the host releases it.
@safe
@usableFromInline
class OutputInstance<P: Plugin>: PluginInstance<P> {
    /// The fields that it makes.
    private let fields: UnsafeMutablePointer<patchbay_field>
    private let fieldCount: Int
    private let flags: UInt32
    private let textTemplate: StaticString
    private let recordSuffix: StaticString
    /// What DESCRIBE and BIND agreed.
    private let described: UnsafeMutablePointer<patchbay_guest_layout>
    private let bound: UnsafeMutablePointer<patchbay_guest_layout>
    private var outputs: UnsafeMutablePointer<patchbay_guest_output>?
    /// Whether batches come in.
    let hasInput: Bool

    @usableFromInline
    init(_ plugin: P, _ made: MadeFields, hasInput: Bool) {
        fieldCount = made.fields.count
        flags = made.flags
        textTemplate = made.textTemplate
        recordSuffix = made.recordSuffix
        self.hasInput = hasInput
        unsafe fields = .allocate(capacity: max(1, made.fields.count))
        for (index, field) in made.fields.enumerated() { unsafe fields[index] = field.described }
        unsafe described = .allocate(capacity: 1)
        unsafe bound = .allocate(capacity: 1)
        unsafe described.initialize(to: patchbay_guest_layout())
        unsafe bound.initialize(to: patchbay_guest_layout())
        unsafe outputs = nil
        super.init(plugin)
    }

    deinit {
        unsafe patchbay_guest_free_outputs(outputs)
        unsafe patchbay_guest_forget_layout(bound)
        unsafe patchbay_guest_forget_layout(described)
        unsafe fields.deallocate()
        unsafe described.deallocate()
        unsafe bound.deallocate()
    }

    @usableFromInline
    override func call(_ operation: patchbay_operation, _ frame: Frame) throws(PluginFailure) -> Int32 {
        switch operation {
        case PATCHBAY_DESCRIBE: unsafe layOut(described, frame)
        case PATCHBAY_BIND:
            unsafe patchbay_guest_free_outputs(outputs)
            unsafe outputs = nil
            unsafe layOut(bound, frame)
            return try unsafe super.call(operation, frame)
        case PATCHBAY_RELEASE: unsafe patchbay_guest_release_output(outputs, frame.pointee.position)
        default: return try unsafe super.call(operation, frame)
        }
        return PATCHBAY_OK.rawValue
    }

    private func layOut(_ layout: UnsafeMutablePointer<patchbay_guest_layout>, _ frame: Frame) {
        let input = unsafe hasInput ? UnsafePointer<patchbay_schema>(patchbay_guest_schema(frame)) : nil
        let all = unsafe hasInput || frame.pointee.flags & PATCHBAY_DESCRIBE_ALL != 0
        unsafe patchbay_guest_lay_out(
            layout, input, flags, fields, fieldCount, all ? nil : patchbay_guest_output_request(frame))
        if !hasInput {
            unsafe layout.pointee.schema.text_template = textTemplate.described
            unsafe layout.pointee.schema.record_suffix = recordSuffix.described
        }
        unsafe frame.pointee.output_schema = UInt64(UInt(bitPattern: patchbay_guest_schema_of(layout)))
        unsafe patchbay_guest_add_inputs(frame, layout, fields, fieldCount)
    }

    /// Memory for a result.
    @usableFromInline
    final func begin() -> UnsafeMutablePointer<patchbay_guest_output>? {
        unsafe patchbay_guest_begin_output(&outputs, bound, base)
    }

    /// Hands the result to the host.
    @usableFromInline
    final func finish(_ output: UnsafeMutablePointer<patchbay_guest_output>) {
        unsafe patchbay_guest_finish_output(output)
    }
}

/// What a plugin says of the records that it makes.
public struct MadeFields {
    let fields: [FieldSpec]
    let flags: UInt32
    var textTemplate: StaticString = ""
    var recordSuffix: StaticString = ""

    /// Records with a value, and these fields.
    ///
    /// - Parameters:
    ///   - hasKey: whether they have a key.
    ///   - hasTime: whether they have a time.
    public init(_ fields: [FieldSpec], hasKey: Bool = false, hasTime: Bool = false) {
        self.fields = fields
        flags = (hasKey ? PATCHBAY_SCHEMA_KEY : 0) | (hasTime ? PATCHBAY_SCHEMA_TIME : 0)
    }

    /// Records with a value, and these fields.
    public static func fields(_ fields: FieldSpec..., hasKey: Bool = false, hasTime: Bool = false) -> MadeFields {
        MadeFields(fields, hasKey: hasKey, hasTime: hasTime)
    }

    /// The same fields of records that look like `template` as a line of text, such as `{level} {text}`, and whose
    /// values are followed by `suffix` where they are written in their original form.
    public func written(as template: StaticString, suffix: StaticString = "") -> MadeFields {
        var copy = self
        copy.textTemplate = template
        copy.recordSuffix = suffix
        return copy
    }
}

extension StaticString {
    /// Nowhere when it is empty.
    fileprivate var described: patchbay_bytes {
        utf8CodeUnitCount == 0 ? patchbay_bytes() : unsafe patchbay_bytes(utf8Start, utf8CodeUnitCount)
    }
}

extension FieldSpec {
    var described: patchbay_field {
        var field = patchbay_field()
        field.name = unsafe patchbay_bytes(name.utf8Start, name.utf8CodeUnitCount)
        field.type = type
        field.flags = isOnDemand ? PATCHBAY_FIELD_ON_DEMAND : 0
        if summary.utf8CodeUnitCount > 0 {
            field.summary = unsafe patchbay_bytes(summary.utf8Start, summary.utf8CodeUnitCount)
        }
        return field
    }
}
