import BatchModel
import PatchbayCore
import Testing

@Test(arguments: 0..<4) func selectionsAgainstArraysOfBooleans(seed: Int) {
    var random = SeededRandom(seed: UInt64(seed))
    for _ in 0..<200 {
        let count = random.below(200)
        var selection = Selection(count: count, all: random.once(in: 2))
        let all = count > 0 && selection[0]
        var model = [Bool](repeating: all, count: count)
        for _ in 0..<random.below(6) {
            var other = Selection(count: 3, all: true)
            other.reset(count: count, all: false)
            var odds: [Bool] = []
            for _ in 0..<count { odds.append(random.once(in: 2)) }
            switch random.below(5) {
            case 0:
                other.fill { odds[$0] }
                selection.formIntersection(other)
                for row in 0..<count { model[row] = model[row] && odds[row] }
            case 1:
                other.fill { odds[$0] }
                selection.formUnion(other)
                for row in 0..<count { model[row] = model[row] || odds[row] }
            case 2:
                selection.invert()
                for row in 0..<count { model[row].toggle() }
            case 3:
                for row in 0..<count where odds[row] {
                    selection[row] = !selection[row]
                    model[row].toggle()
                }
            default:
                selection.fill { odds[$0] }
                model = odds
            }
            var seen: [Int] = []
            selection.forEach { seen.append($0) }
            #expect(seen == model.indices.filter { model[$0] })
            #expect(selection.selectedCount == seen.count && selection.count == count)
            #expect((0..<count).allSatisfy { selection[$0] == model[$0] })
        }
    }
}

@Test func wordListsAgainstADictionary() {
    var random = SeededRandom(seed: 12)
    var builder = WordListBuilder()
    var model: [[UInt8]: Int32] = [:]
    var lists: [(WordList, [[UInt8]])] = []
    var words: [[UInt8]] = []
    for round in 0..<20_000 {
        let word = (0..<random.below(4)).map { _ in UInt8(random.below(30)) }
        let index = builder.index(of: word.span)
        if let known = model[word] {
            #expect(index == known)
        } else {
            #expect(Int(index) == words.count)
            model[word] = index
            words.append(word)
        }
        if round % 500 == 0 {
            let list = builder.list()
            #expect(builder.list().isIdentical(to: list), "no new word, the same list")
            lists.append((list, words))
        }
    }
    for (list, expected) in lists {
        #expect(list.count == expected.count)
        for (index, word) in expected.enumerated() {
            let isSame = list.word(index).elementsEqual(word.span)
            #expect(isSame)
        }
    }
    builder.removeAll()
    #expect(builder.count == 0 && builder.index(of: [1].span) == 0)
}
