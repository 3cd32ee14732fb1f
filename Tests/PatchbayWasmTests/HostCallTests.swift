import PatchbayCore
@testable import PatchbayHost
import PatchbayPlugin
import Testing

@testable import PatchbayWasm

@Suite struct HostCallTests {
    private func call(_ services: HostServices, _ capability: String) throws -> Int64 {
        try services.call(Bytes(capability).span, operation: Bytes("greet").span, input: Bytes("Ada").span)
    }

    @Test func `the answer is that of the latest call`() throws {
        let hosted = try Hosted("call:greeting/polite", "call:greeting/rude")
        let services = hosted.services { (capability, operation, input) throws(PluginError) in
            guard capability.name == "polite" else { throw PluginError(.internalError, "no\u{1B}") }
            return Bytes("\(operation) \(String(decoding: input))")
        }
        #expect(services.answer(room: 5) == (-1, "     "))
        #expect(try call(services, "greeting/polite") == 9)
        #expect(services.answer(room: 5) == (9, "greet"))
        #expect(services.answer(room: 10) == (9, "greet Ada "))
        #expect(try call(services, "greeting/rude") == -1)
        #expect(services.answer(room: 1).0 == -1)
        #expect(hosted.lines.value.map(\.message) == ["the call of greeting/rude failed: no\\u{1b}"])
        for name in ["", "greeting", "greeting/", "/", "greeting/other"] {
            #expect(throws: PluginError.self) { try call(services, name) }
        }
    }

    @Test func `a plugin that calls itself gets an error`() throws {
        let hosted = try Hosted("call:echo/self", "call:echo/other")
        let echo = Capability(type: "echo", name: "self")
        let services = hosted.services(echo) { (_, _, _) throws(PluginError) in Bytes("never") }
        let error = #expect(throws: PluginError.self) { try call(services, "echo/self") }
        #expect(
            error?.description
                == "calls echo/self, which waits for the answer to another call: echo/self -> echo/self")
    }

    @Test func `a circle of plugins gets an error`() throws {
        let hosted = try Hosted("call:echo/a", "call:echo/b")
        let inner = hosted.services(Capability(type: "echo", name: "b")) { (_, _, _) throws(PluginError) in Bytes("") }
        nonisolated(unsafe) let callee = inner
        let outer = hosted.services(Capability(type: "echo", name: "a")) { (_, _, _) throws(PluginError) in
            let code = unsafe try callee.call(Bytes("echo/a").span, operation: Bytes("").span, input: Bytes("").span)
            return Bytes("\(code)")
        }
        #expect(try call(outer, "echo/b") == -1)
        #expect(hosted.lines.value.first?.message.contains("echo/a -> echo/b -> echo/a") == true)
    }

    @Test func `eight plugins may wait for each other, not nine`() throws {
        let hosted = try Hosted(
            "call:c/1", "call:c/2", "call:c/3", "call:c/4", "call:c/5", "call:c/6", "call:c/7", "call:c/8", "call:c/9")
        var next = hosted.services(Capability(type: "c", name: "9")) { (_, _, _) throws(PluginError) in Bytes("") }
        for number in stride(from: 8, through: 0, by: -1) {
            nonisolated(unsafe) let callee = next
            next = hosted.services(Capability(type: "c", name: "\(number)")) { (target, _, _) throws(PluginError) in
                if target.name == "9" { return Bytes("deep") }
                let name = "c/\((Int(target.name) ?? 0) + 1)"
                let code = unsafe try callee.call(Bytes(name).span, operation: Bytes("").span, input: Bytes("").span)
                return Bytes("\(code)")
            }
        }
        // The refusal becomes -1 for the seventh, which answers its length, as all before it do.
        #expect(try call(next, "c/1") == 1)
        #expect(hosted.lines.value.map(\.message).filter { $0.contains("calls c/9, but 8 calls wait") }.count == 1)
    }

    @Test func `without a way to call there is an error`() throws {
        let services = try Hosted("call:a/b").services()
        let error = #expect(throws: PluginError.self) { try call(services, "a/b") }
        #expect(error?.code == .unsupported)
    }
}
