import PatchbayPlugin
import Testing

@testable import PatchbayComponents

@Test func parsesAnExpression() throws {
    let tree = try ExpressionParser.parse("level <= 'warn' and apid in [\"LOG\", 'SYS']")
    #expect(tree.names == ["level", "apid"])
}
