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
///
/// The loop over rows and places touches nothing with a reference count: steps are plain numbers, their texts lie in
/// one buffer, and values are read through a ``RowReader``.
private struct LineWriter: ~Copyable {
    /// A run of text between places, or the text for a missing value, in ``texts``.
    private struct Text: BitwiseCopyable {
        var start = 0
        var count = 0
    }

    /// A place and the text before it.
    private struct Step: BitwiseCopyable {
        let before: Text
        let missing: Text
        let layout: TextLayout
        /// A number of the column that is set right, filled with one byte, so that no character need be counted.
        let fillsNumber: Bool
    }

    private let steps: [Step]
    /// What follows the last place.
    private let end: Text
    private let texts: Bytes
    private let references: [ColumnReference]
    private var formatters: [TimeFormatter]
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
        var references: [ColumnReference] = []
        var formatters: [TimeFormatter] = []
        var texts = ByteBuffer()
        var before = Text()
        for piece in template.pieces {
            switch piece {
            case .literal(let bytes):
                let added = Self.keep(bytes, in: &texts)
                // Two runs of text in a row lie one behind the other.
                before = before.count == 0 ? added : Text(start: before.start, count: before.count + added.count)
            case .place(let place):
                let reference = try Self.resolve(place, of: template, in: schema)
                let layout = place.layout
                let isRight = (layout.alignment ?? .right) == .right || layout.isZeroFilled
                let isNumber = schema.field(reference).type == .int64
                steps.append(
                    Step(
                        before: before,
                        missing: Self.keep(place.missing, in: &texts),
                        layout: layout,
                        fillsNumber: isNumber && isRight && layout.fill.size == 1
                    )
                )
                references.append(reference)
                formatters.append(TimeFormatter(place.time ?? time, zone: zone))
                before = Text()
            }
        }
        self.steps = steps
        end = before
        self.texts = texts.finish()
        self.references = references
        self.formatters = formatters
        self.style = style
        level = style.isColored ? schema.index(of: "level") : nil
    }

    private static func keep(_ bytes: [UInt8], in texts: inout ByteBuffer) -> Text {
        texts.append(bytes.span)
        return Text(start: texts.count - bytes.count, count: bytes.count)
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
        let rows = RowReader(batch, references)
        let colors = level.flatMap { LevelColors(batch.fields[$0]) }
        let steps = steps
        let texts = texts.buffer
        for row in 0..<batch.count {
            let isColored = colors?.begin(row, in: &output) ?? false
            for column in steps.indices {
                let step = steps[column]
                output.append(copying: texts, at: step.before.start, count: step.before.count)
                append(step, rows, column, row, to: &output)
            }
            output.append(copying: texts, at: end.start, count: end.count)
            if isColored { output.append(literal: "\u{1B}[0m") }
            output.append(0x0A)
        }
    }

    @inline(__always)
    private mutating func append(
        _ step: Step,
        _ rows: borrowing RowReader,
        _ column: Int,
        _ row: Int,
        to output: inout ByteBuffer
    ) {
        let start = output.count
        let isValid = rows.isValid(column, row)
        if !isValid {
            output.append(copying: texts.buffer, at: step.missing.start, count: step.missing.count)
        } else if style.escapesControl {
            scratch.removeAll()
            scratch.append(textOf: rows, column, row, time: &formatters[column])
            output.append(escapingControl: scratch.span)
        } else if step.fillsNumber {
            let number = rows.int64(column, row)
            if number >= 0 {
                let fill = step.layout.isZeroFilled ? UInt8(ascii: "0") : step.layout.fill.byte(0)
                return output.append(decimal: UInt64(number), width: step.layout.width, fill: fill)
            }
            output.append(decimal: number)
        } else {
            output.append(textOf: rows, column, row, time: &formatters[column])
        }
        if step.layout.width > 0 {
            output.fill(from: start, layout: step.layout, isNumeric: isValid && rows.type(column).isNumeric)
        }
    }
}
