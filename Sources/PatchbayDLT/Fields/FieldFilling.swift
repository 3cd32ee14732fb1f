import PatchbayCore

/// Fills the columns of a batch from the headers of a chunk, one column after the other.
struct FieldFilling {
    private var ecu = IdentifierColumn()
    private var apid = IdentifierColumn()
    private var ctid = IdentifierColumn()
    private var types = TypeWords()
    private var subtypes = TypeWords()
    private var modes = TypeWords()

    /// Fills `column` with field `field` of all `messages`.
    mutating func fill(
        _ field: DLTField, _ column: ColumnBuilder, _ messages: [MessageHeader], _ buffer: Buffer,
        control: DLTOptions.ControlText, descriptions: DescriptionTable
    ) {
        let count = messages.count
        switch field {
        case .timestamp: column.fill(optionalInt64s: count) { messages[$0].timestamp(buffer) }
        case .session: column.fill(optionalInt64s: count) { messages[$0].session(buffer) }
        case .counter: column.fill(int64s: count) { messages[$0].counter(buffer) }
        case .noar:
            column.fill(optionalInt64s: count) {
                messages[$0].hasExtended ? Int64(messages[$0].argumentCount) : nil
            }
        case .messageID: column.fill(optionalInt64s: count) { messages[$0].messageID(buffer) }
        case .ecu: fillECU(column, messages, buffer)
        case .apid:
            Self.fill(&apid, column, messages, buffer, before: 8) {
                $0.application
            } described: {
                descriptions.description(of: $0)?.application
            }
        case .ctid:
            Self.fill(&ctid, column, messages, buffer, before: 4) {
                $0.context
            } described: {
                descriptions.description(of: $0)?.context
            }
        case .level:
            column.fill(wordIndices: count) {
                let message = messages[$0]
                let subtype = Int32(message.info.subtype)
                return message.hasInfo && message.info.type == 0 && subtype <= 6 ? subtype &- 1 : -1
            }
        case .type, .subtype, .mode: fillWords(field, column, messages)
        case .messageName, .service, .payload, .arguments, .damage:
            fillTexts(field, column, messages, buffer, control, descriptions)
        }
    }

    /// Fields that are written out.
    private func fillTexts(
        _ field: DLTField, _ column: ColumnBuilder, _ messages: [MessageHeader], _ buffer: Buffer,
        _ control: DLTOptions.ControlText, _ descriptions: DescriptionTable
    ) {
        switch field {
        case .messageName:
            column.fill(wordIndices: messages.count) {
                guard let name = descriptions.description(of: messages[$0])?.name else { return -1 }
                return column.index(ofWord: name.span) ?? -1
            }
        case .service:
            var scratch = ByteBuffer(capacity: 64)
            column.fill(wordIndices: messages.count) {
                scratch.removeAll()
                guard ControlBody(buffer, messages[$0]).appendService(to: &scratch) else { return -1 }
                return column.index(ofWord: scratch.span) ?? -1
            }
        case .arguments:
            let json = ArgumentsJSON(buffer: buffer, descriptions: descriptions)
            column.fill(writing: messages.count) { json.append(messages[$0], to: &$1) }
        case .damage:
            let text = DamageText(buffer: buffer)
            column.fill(writing: messages.count) { text.append(messages[$0], to: &$1) }
        default:
            let text = PayloadText(buffer: buffer, control: control, descriptions: descriptions)
            column.fill(writing: messages.count) {
                text.append(messages[$0], to: &$1)
                return true
            }
        }
    }

    private mutating func fillWords(_ field: DLTField, _ column: ColumnBuilder, _ messages: [MessageHeader]) {
        switch field {
        case .type:
            types.begin(column)
            column.fill(wordIndices: messages.count) {
                messages[$0].hasInfo ? types.typeIndex(messages[$0].info, column) : -1
            }
            types.end(column)
        case .subtype:
            subtypes.begin(column)
            column.fill(wordIndices: messages.count) {
                messages[$0].hasInfo ? subtypes.subtypeIndex(messages[$0].info, column) : -1
            }
            subtypes.end(column)
        default:
            modes.begin(column)
            column.fill(wordIndices: messages.count) { modes.modeIndex(messages[$0].info, column) }
            modes.end(column)
        }
    }

    private mutating func fillECU(_ column: ColumnBuilder, _ messages: [MessageHeader], _ buffer: Buffer) {
        ecu.begin(column)
        column.fill(wordIndices: messages.count) {
            let message = messages[$0]
            if message.isVersion2 {
                guard let header = message.version2(buffer) else { return -1 }
                return ecu.word(buffer, header.ecu.isEmpty ? header.storageECU : header.ecu, column)
            }
            guard let position = message.ecuPosition else { return -1 }
            return ecu.index(buffer.little32(position), column)
        }
        ecu.end(column)
    }

    /// Application or context id: `distance` bytes in front of the payload.
    private static func fill(
        _ ids: inout IdentifierColumn, _ column: ColumnBuilder, _ messages: [MessageHeader], _ buffer: Buffer,
        before distance: Int, version2 range: (Version2Header) -> Range<Int>, described: (MessageHeader) -> Bytes?
    ) {
        ids.begin(column)
        column.fill(wordIndices: messages.count) {
            let message = messages[$0]
            if message.isVersion2 {
                guard let header = message.version2(buffer), header.type & 0x08 != 0 else { return -1 }
                return ids.word(buffer, range(header), column)
            }
            guard message.hasExtended else {
                guard let name = described(message) else { return -1 }
                return column.index(ofWord: name.span) ?? -1
            }
            return ids.index(buffer.little32(Int(message.payload) &- distance), column)
        }
        ids.end(column)
    }
}
