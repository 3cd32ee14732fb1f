import CArrow
import PatchbayCore

// Writes types and values down in the C structures of the Arrow C Data Interface. The one place of the module that
// touches raw memory. Every structure owns what it points to through `private_data`; children are released by their
// parents unless a receiver has moved them away (and so set their `release` to NULL), as the specification says.

/// What an exported schema keeps alive.
@safe
private final class SchemaContent {
    let format: UnsafeMutablePointer<CChar>
    let name: UnsafeMutablePointer<CChar>
    let metadata: UnsafeMutablePointer<CChar>
    let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>
    let dictionary: UnsafeMutablePointer<ArrowSchema>
    let childCount: Int
    let hasDictionary: Bool

    init(_ type: ArrowType) {
        unsafe format = Self.copy(Array(type.format.utf8))
        // A name cannot hold a zero byte in C; what stands before it is shown.
        unsafe name = Self.copy(Array(type.name.utf8))
        unsafe metadata = Self.copy(type.metadata)
        childCount = type.children.count
        hasDictionary = !type.dictionary.isEmpty
        unsafe children = .allocate(capacity: max(1, childCount))
        for (index, child) in type.children.enumerated() {
            let pointer = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
            unsafe child.write(to: pointer)
            unsafe (children + index).initialize(to: pointer)
        }
        unsafe dictionary = .allocate(capacity: 1)
        if let words = type.dictionary.first { unsafe words.write(to: dictionary) }
    }

    deinit {
        for index in 0..<childCount {
            guard let child = unsafe children[index] else { continue }
            unsafe child.pointee.release?(child)
            unsafe child.deallocate()
        }
        if hasDictionary { unsafe dictionary.pointee.release?(dictionary) }
        unsafe dictionary.deallocate()
        unsafe children.deallocate()
        unsafe format.deallocate()
        unsafe name.deallocate()
        unsafe metadata.deallocate()
    }

    private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { unsafe (text + index).initialize(to: CChar(bitPattern: byte)) }
        unsafe (text + bytes.count).initialize(to: 0)
        return unsafe text
    }
}

extension ArrowType {
    /// Fills `target`, which holds nothing that needs releasing.
    @unsafe
    func write(to target: UnsafeMutablePointer<ArrowSchema>) {
        let content = SchemaContent(self)
        var schema = unsafe ArrowSchema()
        unsafe schema.format = UnsafePointer(content.format)
        unsafe schema.name = UnsafePointer(content.name)
        if extensionName != nil { unsafe schema.metadata = UnsafePointer(content.metadata) }
        if isNullable { unsafe schema.flags |= Int64(ARROW_FLAG_NULLABLE) }
        if isOrdered { unsafe schema.flags |= Int64(ARROW_FLAG_DICTIONARY_ORDERED) }
        unsafe schema.n_children = Int64(content.childCount)
        if content.childCount > 0 { unsafe schema.children = content.children }
        if content.hasDictionary { unsafe schema.dictionary = content.dictionary }
        unsafe schema.private_data = Unmanaged.passRetained(content).toOpaque()
        unsafe schema.release = { schema in
            guard let schema = unsafe schema, let content = unsafe schema.pointee.private_data else { return }
            unsafe schema.pointee.release = nil
            unsafe schema.pointee.private_data = nil
            unsafe Unmanaged<SchemaContent>.fromOpaque(content).release()
        }
        unsafe target.initialize(to: schema)
    }
}

/// What an exported array keeps alive.
@safe
private final class ArrayContent {
    let shared: [Buffer?]
    let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
    let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>
    let dictionary: UnsafeMutablePointer<ArrowArray>
    let childCount: Int
    let hasDictionary: Bool

    init(_ values: ArrowValues) {
        shared = values.buffers
        unsafe buffers = .allocate(capacity: max(1, shared.count))
        for (index, buffer) in shared.enumerated() {
            // The memory stays where it is as long as the buffer lives, and this object holds the buffer.
            let start = unsafe buffer.flatMap { unsafe $0.withUnsafeBytes { UnsafeRawPointer($0.baseAddress) } }
            unsafe (buffers + index).initialize(to: start)
        }
        childCount = values.children.count
        hasDictionary = !values.dictionary.isEmpty
        unsafe children = .allocate(capacity: max(1, childCount))
        for (index, child) in values.children.enumerated() {
            let pointer = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
            unsafe child.write(to: pointer)
            unsafe (children + index).initialize(to: pointer)
        }
        unsafe dictionary = .allocate(capacity: 1)
        if let words = values.dictionary.first { unsafe words.write(to: dictionary) }
    }

    deinit {
        for index in 0..<childCount {
            guard let child = unsafe children[index] else { continue }
            unsafe child.pointee.release?(child)
            unsafe child.deallocate()
        }
        if hasDictionary { unsafe dictionary.pointee.release?(dictionary) }
        unsafe dictionary.deallocate()
        unsafe children.deallocate()
        unsafe buffers.deallocate()
    }
}

extension ArrowValues {
    /// Fills `target`, which holds nothing that needs releasing.
    @unsafe
    func write(to target: UnsafeMutablePointer<ArrowArray>) {
        let content = ArrayContent(self)
        var array = unsafe ArrowArray()
        unsafe array.length = Int64(count)
        unsafe array.null_count = Int64(nullCount)
        unsafe array.offset = Int64(offset)
        unsafe array.n_buffers = Int64(content.shared.count)
        unsafe array.buffers = content.buffers
        unsafe array.n_children = Int64(content.childCount)
        if content.childCount > 0 { unsafe array.children = content.children }
        if content.hasDictionary { unsafe array.dictionary = content.dictionary }
        unsafe array.private_data = Unmanaged.passRetained(content).toOpaque()
        unsafe array.release = { array in
            guard let array = unsafe array, let content = unsafe array.pointee.private_data else { return }
            unsafe array.pointee.release = nil
            unsafe array.pointee.private_data = nil
            unsafe Unmanaged<ArrayContent>.fromOpaque(content).release()
        }
        unsafe target.initialize(to: array)
    }
}
