import PatchbayGuest

/// Reads files one after the other, each a part.
struct FileSource: ByteSourcePlugin {
    /// What the host says when nothing has come yet, from a pipe or a terminal.
    private static let nothingYet: Int64 = 11

    private var paths: ByteList
    private let chunkSize: Int
    private let offset: UInt64
    private let copies: Bool
    private var next = 0
    private var file: OpenFile?
    private var isNewPart = false

    init(_ options: Options) throws(PluginFailure) {
        guard let json = options.json("paths"), let paths = ByteList(json: json), paths.count > 0 else {
            throw PluginFailure("'paths' names no file", kind: .options)
        }
        self.paths = paths
        chunkSize = Int(options.int("chunk_size", default: 1 << 20))
        offset = UInt64(max(0, options.int("offset")))
        copies = options.bool("copy")
    }

    mutating func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginFailure) -> ByteSourceStatus {
        if file == nil { try open() }
        guard let file else { return .end }
        do throws(HostError) {
            let count = try copies ? copy(file, &buffer) : file.file.forward(chunkSize)
            guard count == 0 else { return .bytes(copies ? count : 0) }
        } catch {
            guard error.code != Self.nothingYet else { return .nothingYet }
            throw failure("cannot read ", error)
        }
        self.file = nil
        return next < paths.count ? .endOfPart : .end
    }

    private func copy(_ file: OpenFile, _ buffer: inout MutableSpan<UInt8>) throws(HostError) -> Int {
        let count = min(chunkSize, buffer.count)
        var part = buffer._mutatingExtracting(first: count)
        return try file.file.read(into: &part)
    }

    mutating func nameNewPart(into name: inout ByteWriter) {
        guard isNewPart else { return }
        isNewPart = false
        name.append(paths[next - 1].span)
    }

    private mutating func open() throws(PluginFailure) {
        guard next < paths.count else { return }
        next += 1
        isNewPart = true
        do throws(HostError) {
            let opened = OpenFile(try HostFile(paths[next - 1].span))
            if offset > 0 { try opened.file.seek(to: offset) }
            file = opened
        } catch {
            throw failure("cannot open ", error)
        }
    }

    /// Names the file at hand and what the system says.
    private func failure(_ what: StaticString, _ error: HostError) -> PluginFailure {
        var text = ByteWriter()
        text.append(what)
        text.append(paths[next - 1].span)
        switch error.code {
        case 2: text.append(": there is no such file")
        case 13: text.append(": permission denied")
        case 21: text.append(": it is a directory")
        case 29: text.append(": a stream has no offset")
        default:
            text.append(": error ")
            text.append(decimal: error.code)
            text.append(" of the system")
        }
        return PluginFailure(Message(copying: text.bytes))
    }
}

/// An open file that the source keeps.
final class OpenFile {
    let file: HostFile

    init(_ file: consuming HostFile) { self.file = file }
}

export(FileSource.self)
