import PatchbayCore
import PatchbayPlugin

/// Writes records as lines of text by a template.
final class TextEncoder: BatchEncoder {
    private var lines: LineWriter

    /// An encoder for records of `schema`; throws a schema error for a place that it has no column for.
    init(
        _ template: TextTemplate,
        schema: Schema,
        time: TimeFormat,
        zone: TimeZoneRules,
        style: TextStyle
    ) throws(PluginError) {
        lines = try LineWriter(template, schema: schema, time: time, zone: zone, style: style)
    }

    /// Appends one line per record.
    func encode(_ batch: Batch, into output: inout ByteBuffer) throws(PluginError) {
        lines.write(batch, to: &output)
    }
}

/// A template bound to the columns of a schema.
private struct LineWriter: ~Copyable {
    private enum Step {
        case literal([UInt8])
        /// A place, by its number.
        case place(Int)
    }

    private let steps: [Step]
    private let places: [TextTemplate.Place]
    private let references: [ColumnReference]
    private var formatters: [TimeFormatter]
    private var columns: [TextColumn] = []
    private let style: TextStyle
    private let level: Int?
    private var scratch = ByteBuffer(capacity: 256)

    /// An encoder for records of `schema`; throws a schema error for a place that it has no column for.
    init(
        _ template: TextTemplate,
        schema: Schema,
        time: TimeFormat,
        zone: TimeZoneRules,
        style: TextStyle
    ) throws(PluginError) {
        var steps: [Step] = []
        var places: [TextTemplate.Place] = []
        var references: [ColumnReference] = []
        var formatters: [TimeFormatter] = []
        for piece in template.pieces {
            switch piece {
            case .literal(let bytes): steps.append(.literal(bytes))
            case .place(let place):
                steps.append(.place(places.count))
                places.append(place)
                references.append(try Self.resolve(place, of: template, in: schema))
                formatters.append(TimeFormatter(place.time ?? time, zone: zone))
            }
        }
        self.steps = steps
        self.places = places
        self.references = references
        self.formatters = formatters
        self.style = style
        level = style.isColored ? schema.index(of: "level") : nil
    }

    private static func resolve(
        _ place: TextTemplate.Place,
        of template: TextTemplate,
        in schema: Schema
    ) throws(PluginError) -> ColumnReference {
        guard let reference = schema.resolve(place.name) else {
            throw PluginError(
                .schema,
                "the template '\(template.text)' names '\(place.name)', which the records do not have",
                advice: "the records have \((schema.fields.map(\.name) + ["value"]).joined(separator: ", "))"
            )
        }
        let type = schema.field(reference).type
        if place.time != nil, type != .timestamp {
            throw PluginError(
                .schema,
                "the template '\(template.text)' has a time format at character \(place.column) "
                    + "for '\(place.name)', which is \(type.name)"
            )
        }
        return reference
    }

    /// Appends one line per record.
    mutating func write(_ batch: Batch, to output: inout ByteBuffer) {
        columns.removeAll(keepingCapacity: true)
        for reference in references { columns.append(TextColumn(batch.column(reference))) }
        let colors = level.flatMap { LevelColors(batch.fields[$0]) }
        for row in 0..<batch.count {
            let isColored = colors?.begin(row, in: &output) ?? false
            for step in steps {
                switch step {
                case .literal(let bytes): output.append(bytes.span)
                case .place(let number): append(number, row, to: &output)
                }
            }
            if isColored { output.append(literal: "\u{1B}[0m") }
            output.append(0x0A)
        }
        columns.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ number: Int, _ row: Int, to output: inout ByteBuffer) {
        let hasValue = columns[number].hasValue(row)
        let layout = places[number].layout
        if layout.width == 0 {
            if !hasValue {
                let missing = places[number].missing
                output.append(missing.span)
            } else if style.escapesControl {
                scratch.removeAll()
                columns[number].append(row, to: &scratch, time: &formatters[number])
                output.append(escapingControl: scratch.span)
            } else {
                columns[number].append(row, to: &output, time: &formatters[number])
            }
            return
        }
        scratch.removeAll()
        if hasValue {
            columns[number].append(row, to: &scratch, time: &formatters[number])
        } else {
            let missing = places[number].missing
            scratch.append(missing.span)
        }
        let start = output.count
        let isNumeric = hasValue && columns[number].isNumeric
        if style.escapesControl {
            // The width counts what is seen, so the escapes are made first.
            output.append(escapingControl: scratch.span)
            scratch.removeAll()
            scratch.append(output.span.extracting(start..<output.count))
            output.truncate(to: start)
        }
        output.append(scratch.span, layout: layout, isNumeric: isNumeric)
    }
}
