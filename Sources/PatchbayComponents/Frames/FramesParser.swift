public import PatchbayCore
import PatchbayFrame
public import PatchbayPlugin

/// Reads files of frames: dead-letter files, or what a sink wrote with `format: frames`.
///
/// Every frame carries its own schema, and a parser has one: that of dead letters, or the fields that the options name.
/// A frame must have each field that is asked for, with its type; it may have others. Damaged frames are reported, and
/// reading goes on at the next frame.
public struct FramesParser: SwiftPlugin, RecognizingParserPlugin {
    /// What the parser says of itself.
    public static var manifest: PluginManifest {
        PluginManifest(
            .parser,
            name: "frames",
            summary: "Records from a file of frames: a dead-letter file, or one written with 'format: frames'.",
            configuration: ConfigSchema([
                ConfigOption(
                    "fields",
                    .map(of: .string(choices: FrameFields.types.map(\.name))),
                    summary: "The fields of the records and their types; those of a dead-letter file by default."
                ),
                ConfigOption("time", .boolean, default: true, summary: "Whether the records have a time."),
                ConfigOption("key", .boolean, default: false, summary: "Whether the records have a key."),
            ])
        )
    }

    /// The records it can make.
    public let schema: Schema
    private let frames = FrameFields()

    /// A parser.
    public init(_ configuration: PluginConfiguration) throws(PluginError) {
        let entries = configuration.entries("fields")
        let hasTime = configuration.bool("time") ?? true
        let hasKey = configuration.bool("key") ?? false
        if entries.isEmpty, hasTime, !hasKey {
            schema = DeadLetter.schema
            return
        }
        let named = entries.compactMap { entry in
            FrameFields.types.first { $0.name == entry.value.string }.map { Field(entry.key, $0) }
        }
        schema = Schema(fields: entries.isEmpty ? DeadLetter.schema.fields : named, hasKey: hasKey, hasTime: hasTime)
    }

    /// Keeps the fields that will be read.
    public mutating func bind(_ wanted: FieldRequest) throws(PluginError) -> Schema {
        let bound = schema.replacing(
            fields: schema.fields.filter { wanted.wants($0) },
            textTemplate: schema.textTemplate
        )
        frames.schema = bound
        return bound
    }

    /// Appends the records of the complete frames. A batch may pass the limit by the records of one frame.
    public mutating func parse(_ input: ParseInput, into output: ParseOutput) throws(PluginError) -> ParseResult {
        var at = input.start
        if input.continuesDiscarded {
            at = skip(input, from: at, to: find(in: input, from: at), .tooLarge, output)
            if at == input.end || !isFrame(input, at) {
                return ParseResult(consumed: at - input.start, isStillDiscarding: !input.isLast)
            }
        }
        while at < input.end, output.remaining > 0 {
            let length: Int?
            do {
                length = try FrameReader.length(of: input.buffer.bytes(at: at, count: input.end - at))
            } catch {
                at = skip(input, from: at, to: find(in: input, from: at + 1), reason(error), output)
                continue
            }
            guard let length, length <= input.end - at else {
                if !input.isLast { break }
                // The stated length may be the damage: frames behind it are not given up.
                let next = find(in: input, from: at + 1)
                at = skip(input, from: at, to: next, next < input.end ? .damage : .truncated, output)
                continue
            }
            do {
                try frames.read(Bytes(input.buffer, at: at, count: length), into: output.builder)
                at += length
            } catch {
                guard case .frame(let damage) = error else { throw error.plugin }
                let next = min(find(in: input, from: at + 1), at + length)
                at = skip(input, from: at, to: next, reason(damage), output)
            }
        }
        return ParseResult(consumed: at - input.start)
    }

    /// Certain when the first frame's beginning is there.
    public static func recognizes(_ bytes: Span<UInt8>) -> Int {
        guard bytes.count >= 8 else { return 0 }
        do {
            _ = try FrameReader.length(of: bytes)
            return 100
        } catch {
            return error.code == .notAFrame ? 0 : 100
        }
    }

    /// The fields of the first frame, unless it holds dead letters.
    public static func options(for bytes: Span<UInt8>) -> [ConfigNode.Entry] {
        let first: Schema?
        do { first = try FrameReader.schema(of: bytes) } catch { return [] }
        guard let schema = first, !schema.hasFields(of: DeadLetter.schema) else { return [] }
        let fields = schema.fields.map {
            ConfigNode.Entry(key: $0.name, value: ConfigNode(.string($0.type.name)))
        }
        return [
            ConfigNode.Entry(key: "fields", value: ConfigNode(.map(fields))),
            ConfigNode.Entry(key: "time", value: ConfigNode(.bool(schema.hasTime))),
            ConfigNode.Entry(key: "key", value: ConfigNode(.bool(schema.hasKey))),
        ]
    }

    private func reason(_ error: FrameError) -> SkipReason {
        error.code == .unsupported ? SkipReason("unsupported_frame") : .damage
    }

    private func skip(
        _ input: ParseInput,
        from start: Int,
        to end: Int,
        _ reason: SkipReason,
        _ output: ParseOutput
    ) -> Int {
        output.skip(position: input.position &+ UInt64(start - input.start), length: end - start, reason: reason)
        return end
    }

    /// Where the next frame may begin, from `start` on: unless the part ends, also where the bytes that are there are
    /// the beginning of a frame's. The end when there is none.
    private func find(in input: ParseInput, from start: Int) -> Int {
        var at = start
        while at < input.end {
            if input.buffer.load(at, as: UInt8.self) == 0x89, isFrame(input, at), !input.isLast || input.end - at >= 8 {
                return at
            }
            at += 1
        }
        return input.end
    }

    private func isFrame(_ input: ParseInput, _ at: Int) -> Bool {
        do {
            _ = try FrameReader.length(of: input.buffer.bytes(at: at, count: input.end - at))
            return true
        } catch {
            return error.code != .notAFrame
        }
    }
}

extension Schema {
    fileprivate func hasFields(of other: Schema) -> Bool {
        fields.map(\.name) == other.fields.map(\.name) && fields.map(\.type) == other.fields.map(\.type)
    }
}
