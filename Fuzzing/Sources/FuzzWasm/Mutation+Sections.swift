extension Mutation {
    private typealias Identifier = ModuleParts.Identifier

    /// Changes what stands around the code.
    mutating func changeSections(_ parts: inout ModuleParts) {
        switch below(24) {
        case 0...3: changeData(&parts)
        case 4...6: changeLimits(&parts)
        case 7...9: changeExports(&parts)
        case 10, 11: changeElements(&parts)
        case 12, 13: changeGlobals(&parts)
        case 14, 15: addStart(&parts)
        case 16...18: changeImports(&parts)
        case 19, 20: changeManifest(&parts)
        default: rearrange(&parts)
        }
    }

    private mutating func changeData(_ parts: inout ModuleParts) {
        guard var segments = parts.items(Identifier.data, Self.segment), !segments.isEmpty else { return }
        let chosen = below(segments.count)
        var segment = segments[chosen]
        if segment[0] == 0, chance(8) {
            var reader = ByteReader(segment, at: 1)
            guard reader.expression() != nil, let code = constant(0x7F) else { return }
            segment = [0] + code + [0x0B] + segment[reader.place...]
        } else if segment.count > 8 {
            segment[8 + below(segment.count - 8)] = UInt8(below(256))
        }
        segments[chosen] = segment
        parts.setItems(Identifier.data, segments)
    }

    private static func segment(_ reader: inout ByteReader) -> Void? {
        guard let kind = reader.number(), kind < 2 else { return nil }
        if kind == 0, reader.expression() == nil { return nil }
        return reader.name().map { _ in () }
    }

    /// How large the memory or the table is and may become.
    private mutating func changeLimits(_ parts: inout ModuleParts) {
        let (identifier, edges): (UInt8, [Int]) =
            chance(3)
            ? (Identifier.table, [0, 1, 2, 10, 1000, 100_000, 1 << 24, 0xFFFF_FFFF])
            : (Identifier.memory, [0, 1, 2, 3, 16, 63, 64, 65, 1000, 65_535, 65_536, 65_537])
        guard parts.index(identifier) != nil else { return }
        var (least, most) = (pick(edges) ?? 0, pick(edges) ?? 0)
        if least > most, !chance(8) { swap(&least, &most) }
        var item: [UInt8] = identifier == Identifier.table ? [0x70] : []
        let isLimited = chance(2)
        item.append(chance(32) ? UInt8(below(8)) : isLimited ? 1 : 0)
        item.append(number: least)
        if isLimited { item.append(number: most) }
        parts.setItems(identifier, chance(32) ? [item, item] : [item])
    }

    private mutating func changeExports(_ parts: inout ModuleParts) {
        let items = parts.items(Identifier.exports) { reader in
            guard reader.name() != nil, reader.byte() != nil else { return nil }
            return reader.skipNumber()
        }
        guard var items, !items.isEmpty else { return }
        let chosen = below(items.count)
        var reader = ByteReader(items[chosen])
        guard var name = reader.name(), let kind = reader.byte(), var number = reader.number() else { return }
        switch below(4) {
        case 0: name = Array(pick(["_initialize", "memory", "patchbay_call", "_start", ""])?.utf8 ?? "".utf8)
        case 1 where chance(3): return parts.setItems(Identifier.exports, items.filter { $0 != items[chosen] })
        default:
            // The host reads the types of its functions from the file: another function of another type is refused.
            let functions = parts.functionTypes?.indices.map { $0 } ?? []
            number = kind == 0 ? pick(functions) ?? number : below(4)
        }
        var item: [UInt8] = []
        item.append(number: name.count)
        item += name + [chance(32) ? UInt8(below(5)) : kind]
        item.append(number: number)
        // Beside the old one, when it has another name.
        if name != Array("memory".utf8), chance(2), items.count < 50 {
            items.append(item)
        } else {
            items[chosen] = item
        }
        parts.setItems(Identifier.exports, items)
    }

    private mutating func changeElements(_ parts: inout ModuleParts) {
        let segments = parts.items(Identifier.elements) { reader in
            guard reader.number() == 0, reader.expression() != nil, let count = reader.number() else { return nil }
            for _ in 0..<min(count, reader.bytes.count) where reader.skipNumber() == nil { return nil }
            return ()
        }
        guard var segments, !segments.isEmpty, let code = constant(0x7F) else { return }
        let functions = Array((parts.functionTypes ?? []).indices)
        var segment: [UInt8] = [0] + (chance(8) ? code : [0x41, UInt8(below(2))]) + [0x0B]
        let count = 1 + below(chance(6) ? 6 : 1)
        segment.append(number: count)
        for _ in 0..<count { segment.append(number: pick(functions) ?? 0) }
        segments[below(segments.count)] = segment
        parts.setItems(Identifier.elements, segments)
    }

    private mutating func changeGlobals(_ parts: inout ModuleParts) {
        let globals = parts.items(Identifier.globals) { reader in
            guard reader.byte() != nil, reader.byte() != nil else { return nil }
            return reader.expression()
        }
        guard var globals, !globals.isEmpty else { return }
        let chosen = below(globals.count)
        guard let code = constant(globals[chosen][0]) else { return }
        globals[chosen] = [globals[chosen][0], chance(16) ? 0 : 1] + code + [0x0B]
        parts.setItems(Identifier.globals, globals)
    }

    /// A start function, of the module's own or a new one that does a few things at random.
    private mutating func addStart(_ parts: inout ModuleParts) {
        guard var types = parts.functionTypes, var bodies = parts.bodies,
            var functions = parts.items(Identifier.functions, { $0.skipNumber() })
        else { return }
        var signatures = parts.signatures
        let empty = ModuleParts.Signature(parameters: [], results: [])
        let type = signatures.firstIndex(of: empty) ?? signatures.count
        if type == signatures.count {
            signatures.append(empty)
            parts.setItems(
                Identifier.types,
                signatures.map {
                    [0x60, UInt8($0.parameters.count)] + $0.parameters + [UInt8($0.results.count)] + $0.results
                })
        }
        let around = Surroundings(signatures: signatures, functionTypes: types)
        var body: [UInt8] = [0]
        guard let nothing = FunctionBody([0, 0x0B], empty) else { return }
        for _ in 0...below(3) { body += insertion(nothing, around) ?? [] }
        bodies.append(body + [0x0B])
        var index: [UInt8] = []
        index.append(number: type)
        functions.append(index)
        types.append(type)
        parts.setItems(Identifier.functions, functions)
        parts.setBodies(bodies)
        var start: [UInt8] = []
        let own = types.indices.filter { around.signature(of: $0) == empty }
        start.append(number: chance(4) ? pick(own) ?? 0 : types.count - 1)
        parts.set(Identifier.start, start)
    }

    /// Another name, or another type: mostly an import that no host offers.
    private mutating func changeImports(_ parts: inout ModuleParts) {
        guard var content = parts.content(Identifier.imports), content.count > 2 else { return }
        content[1 + below(content.count - 1)] = UInt8(below(128))
        parts.set(Identifier.imports, content)
    }

    private mutating func changeManifest(_ parts: inout ModuleParts) {
        guard let index = parts.sections.lastIndex(where: { $0.identifier == Identifier.custom }) else { return }
        var content = parts.sections[index].content
        guard content.count > 20 else { return }
        let place = 18 + below(content.count - 18)
        // Digits and letters become others, so that it often stays JSON.
        switch content[place] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): content[place] = UInt8(ascii: "0") + UInt8(below(10))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): content[place] = UInt8(ascii: "a") + UInt8(below(26))
        default: if chance(8) { content[place] = UInt8(below(128)) }
        }
        parts.sections[index].content = content
    }

    /// Sections away, twice, or in another order; custom ones anywhere.
    private mutating func rearrange(_ parts: inout ModuleParts) {
        guard !parts.sections.isEmpty else { return }
        let chosen = below(parts.sections.count)
        switch below(8) {
        case 0: parts.sections.remove(at: chosen)
        case 1: parts.sections.insert(parts.sections[chosen], at: below(parts.sections.count))
        case 2: parts.sections.swapAt(chosen, below(parts.sections.count))
        default:
            let content: [UInt8] = [4] + Array("name".utf8) + (0..<below(20)).map { _ in UInt8(below(256)) }
            parts.sections.insert(
                ModuleParts.Section(identifier: Identifier.custom, content: content),
                at: below(parts.sections.count + 1))
        }
    }
}
