import PatchbayCore

/// The words of a column that a frame carries: those in use, in the order of their first appearance; for a field with
/// a closed vocabulary always that vocabulary, so that indices keep their rank.
struct WordPlan {
    let list: WordList
    /// Per word of the column its index in `list`; -1 when it is not in use.
    let indices: [Int32]

    init(_ column: Column, order: [String], name: String) throws(FrameError) {
        guard let source = column.words else {
            list = WordList([])
            indices = []
            return
        }
        var builder = WordListBuilder()
        for word in order { _ = builder.index(of: Bytes(word).span) }
        let closed = builder.count
        var map = [Int32](repeating: -1, count: source.count)
        for row in 0..<column.count where column.isValid(row) {
            let old = Int(column.indices[row])
            if map[old] >= 0 { continue }
            let new = builder.index(of: source.word(old))
            guard new >= 0 else { throw FrameError(CoreError(.columnTooLarge, column: name)) }
            if closed > 0, Int(new) >= closed {
                throw FrameError(.vocabulary, "column \(name) has a word that its field does not list")
            }
            map[old] = new
        }
        list = builder.list()
        indices = map
    }

    /// Bytes of the words.
    var byteCount: Int { Int(list.arrowBuffers.offsets.load(list.count, as: Int32.self)) }
}
