/// A module taken apart as far as it is in order, so that parts can be exchanged and sizes come out right.
struct ModuleParts {
    struct Section {
        var identifier: UInt8
        var content: [UInt8]
    }

    /// The numbers of sections, and the order in which they stand.
    enum Identifier {
        static let custom: UInt8 = 0
        static let types: UInt8 = 1
        static let imports: UInt8 = 2
        static let functions: UInt8 = 3
        static let table: UInt8 = 4
        static let memory: UInt8 = 5
        static let globals: UInt8 = 6
        static let exports: UInt8 = 7
        static let start: UInt8 = 8
        static let elements: UInt8 = 9
        static let code: UInt8 = 10
        static let data: UInt8 = 11
        static let order: [UInt8] = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11]
    }

    /// A type of functions: parameters and results as bytes.
    struct Signature: Equatable {
        var parameters: [UInt8]
        var results: [UInt8]
    }

    var sections: [Section] = []
    /// What follows the last section that is in order.
    private var rest: [UInt8] = []

    init(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes, at: 8)
        while reader.place < bytes.count {
            let start = reader.place
            guard let identifier = reader.byte(), let size = reader.number(), let content = reader.take(size) else {
                rest = Array(bytes[start...])
                return
            }
            sections.append(Section(identifier: identifier, content: content))
        }
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
        for section in sections {
            bytes.append(section.identifier)
            bytes.append(number: section.content.count)
            bytes += section.content
        }
        return bytes + rest
    }

    func index(_ identifier: UInt8) -> Int? { sections.firstIndex { $0.identifier == identifier } }

    func content(_ identifier: UInt8) -> [UInt8]? { index(identifier).map { sections[$0].content } }

    /// Puts a section in its place, or exchanges the one that is there.
    mutating func set(_ identifier: UInt8, _ content: [UInt8]) {
        if let index = index(identifier) { return sections[index].content = content }
        let rank = Identifier.order.firstIndex(of: identifier) ?? 0
        let next = sections.firstIndex { section in
            Identifier.order.firstIndex(of: section.identifier).map { $0 > rank } ?? false
        }
        sections.insert(Section(identifier: identifier, content: content), at: next ?? sections.count)
    }

    /// The items of a section that begins with their number; nil unless `item` takes each of them to the end.
    func items(_ identifier: UInt8, _ item: (inout ByteReader) -> Void?) -> [[UInt8]]? {
        guard let content = content(identifier) else { return nil }
        var reader = ByteReader(content)
        guard let count = reader.number(), count <= content.count else { return nil }
        var items: [[UInt8]] = []
        for _ in 0..<count {
            let start = reader.place
            guard item(&reader) != nil else { return nil }
            items.append(Array(content[start..<reader.place]))
        }
        return reader.place == content.count ? items : nil
    }

    mutating func setItems(_ identifier: UInt8, _ items: [[UInt8]]) {
        var content: [UInt8] = []
        content.append(number: items.count)
        for item in items { content += item }
        set(identifier, content)
    }

    // MARK: What sections hold

    var signatures: [Signature] {
        var found: [Signature] = []
        _ = items(Identifier.types) { reader in
            guard reader.byte() == 0x60, let parameters = reader.number().flatMap({ reader.take($0) }),
                let results = reader.number().flatMap({ reader.take($0) })
            else { return nil }
            found.append(Signature(parameters: parameters, results: results))
        }
        return found
    }

    /// The number of the type of each function, the imported ones first; nil when imports are not functions alone.
    var functionTypes: [Int]? {
        var found: [Int] = []
        if index(Identifier.imports) != nil {
            let imports = items(Identifier.imports) { reader in
                guard reader.name() != nil, reader.name() != nil, reader.byte() == 0, let type = reader.number()
                else { return nil }
                found.append(type)
            }
            guard imports != nil else { return nil }
        }
        let own = items(Identifier.functions) { reader in
            guard let type = reader.number() else { return nil }
            found.append(type)
        }
        return own == nil ? nil : found
    }

    /// The code of the module's own functions, without sizes.
    var bodies: [[UInt8]]? {
        var found: [[UInt8]] = []
        let items = items(Identifier.code) { reader in
            guard let body = reader.number().flatMap({ reader.take($0) }) else { return nil }
            found.append(body)
        }
        return items == nil ? nil : found
    }

    mutating func setBodies(_ bodies: [[UInt8]]) {
        setItems(
            Identifier.code,
            bodies.map { body in
                var item: [UInt8] = []
                item.append(number: body.count)
                return item + body
            })
    }
}
