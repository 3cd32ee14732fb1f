import PatchbayCore

extension BatchMaker {
    func randomRecord(_ random: inout SeededRandom) -> ModelRecord {
        var record = ModelRecord()
        if schema.hasKey { record.key = randomValue(Field(Schema.keyName, .binary), &random) }
        record.value = randomValue(Field(Schema.valueName, .binary), &random)
        if schema.hasTime { record.time = randomValue(Field(Schema.timeName, .timestamp), &random) }
        record.fields = schema.fields.map { randomValue($0, &random) }
        return record
    }

    private func randomValue(_ field: Field, _ random: inout SeededRandom) -> ModelValue {
        if random.once(in: 6) { return .null }
        switch field.type {
        case .int64, .timestamp:
            return .int64([0, -1, .max, .min, Int64(bitPattern: random.next())][random.below(5)])
        case .float64:
            let special: [Double] = [0, -0.0, .infinity, -.infinity, .nan, 1.5, .leastNonzeroMagnitude]
            return .float64(special[random.below(special.count)].bitPattern)
        case .bool: return .bool(random.once(in: 2))
        case .binary: return .bytes((0..<length(&random)).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        case .utf8: return .bytes(text(&random))
        case .word:
            if !field.order.isEmpty { return .bytes(Array(field.order[random.below(field.order.count)].utf8)) }
            return .bytes(Array("w\(random.below(random.once(in: 9) ? 5000 : 12))".utf8))
        case .json: return .bytes(json(&random))
        case .map(let isJSON):
            return .map(
                (0..<random.below(4)).map { _ in
                    ModelValue.Entry(
                        key: text(&random),
                        value: random.once(in: 7) ? nil : isJSON ? json(&random) : text(&random)
                    )
                }
            )
        }
    }

    private func length(_ random: inout SeededRandom) -> Int {
        random.once(in: 50) ? random.below(5000) : random.below(20)
    }

    private func text(_ random: inout SeededRandom) -> [UInt8] {
        let pieces = ["", "a", "error", "Grüße", "漢字", "🚂", " ", "longer text with words"]
        var bytes: [UInt8] = []
        for _ in 0..<(random.once(in: 60) ? random.below(300) : random.below(4)) {
            bytes += Array(pieces[random.below(pieces.count)].utf8)
        }
        return bytes
    }

    private func json(_ random: inout SeededRandom) -> [UInt8] {
        let documents = ["null", "1", "\"x\"", "{\"a\":[1,2]}", "[]", "-1.5e3", "true", "\"Grüße\""]
        return Array(documents[random.below(documents.count)].utf8)
    }
}
