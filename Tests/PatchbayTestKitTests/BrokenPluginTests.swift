import PatchbayCore
import PatchbayNative
import PatchbayPlugin
import PatchbayTestKit
import Testing

/// Plugins that break one promise each: the kit has to find it.
@Suite("Broken plugins on trial")
struct BrokenPluginTests {
    private static func promises(
        _ plugin: some PluginFactory, _ role: Role, _ inputs: TrialInputs = TrialInputs()
    )
        -> Set<String>
    {
        Set(PluginTrial(plugin, Capability(role, name: "broken"), inputs).run().map(\.promise))
    }

    private static let words = TrialInputs(
        texts: [("words", Bytes("ab cd efg h ij\nklmnop qr"))], gaps: .separators([32, 10]))

    @Test(
        "parsers",
        arguments: zip(
            BrokenParser.Fault.allCases,
            [
                nil, "chunk borders change nothing", "every byte is in one record or region",
                "all input is consumed as the contract says", "a reset forgets the last part",
                "all input is consumed as the contract says", "a field's values do not depend on the others",
                "batches never change",
            ]))
    func parsers(fault: BrokenParser.Fault, promise: String?) {
        let found = Self.promises(Broken { .parser(BrokenParser(fault)) }, .parser, Self.words)
        if let promise { #expect(found.contains(promise), "\(found)") } else { #expect(found.isEmpty, "\(found)") }
    }

    @Test(
        "filters",
        arguments: zip(
            BrokenFilter.Fault.allCases,
            [
                nil, "a record's neighbours change nothing", "a second bind finds the columns again",
                "the same input gives the same records",
            ]))
    func filters(fault: BrokenFilter.Fault, promise: String?) {
        let found = Self.promises(Broken { .filter(BrokenFilter(fault)) }, .filter)
        if let promise { #expect(found.contains(promise), "\(found)") } else { #expect(found.isEmpty, "\(found)") }
    }

    @Test("an aggregate that counts batches, not records")
    func aggregate() {
        let found = Self.promises(Broken { .aggregate(BatchCount()) }, .aggregate)
        #expect(found.contains("batch borders change nothing") && found.contains("empty batches change nothing"))
    }

    @Test("a transform that loses a record is found")
    func transform() {
        let found = Self.promises(Broken { .transform(LosingTransform()) }, .transform)
        #expect(found.contains("an instance does its work"))
    }

    @Test("a byte source whose bytes depend on the size of the buffer")
    func byteSource() {
        let found = Self.promises(Broken { .byteSource(GreedySource()) }, .byteSource)
        #expect(found.contains("buffer sizes change nothing"))
    }

    @Test("two forms that differ in one record, and two that do not")
    func forms() {
        let sound = Broken { .parser(BrokenParser(.none)) }
        let other = Broken { .parser(BrokenParser(.gap)) }
        let capability = Capability(.parser, name: "broken")
        #expect(PluginTrial.compare(sound, sound, capability, Self.words).isEmpty)
        #expect(PluginTrial.compare(sound, other, capability, Self.words).count == 1)
        #expect(PluginTrial.compare(other, sound, capability, Self.words).count == 1)
    }
}
