import CPatchbay
import Glibc
import PatchbayCore
import PatchbayPlugin
import Synchronization
import Testing

@testable import PatchbayWasm

/// Guests that do not play along: the host goes on, and the error says who did what.
@Suite("Hostile guests", .serialized) struct HostileGuestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var module: HostileModule
        var code: PluginError.Code
        /// What the error's text has in it.
        var words: String
        var testDescription: String { name }

        init(
            _ name: String, _ code: PluginError.Code, _ words: String,
            _ change: (inout HostileModule) -> Void
        ) {
            self.name = name
            self.code = code
            self.words = words
            module = HostileModule()
            change(&module)
        }
    }

    private static func filtering(_ code: String) -> String { HostileModule.at(PATCHBAY_FILTER, code) }

    static let cases: [Case] = [
        Case("endless loop in a call", .timedOut, "FILTER") { $0.onCall = filtering(HostileModule.endless) },
        Case("endless loop in the start function", .timedOut, "its start") {
            $0.definitions = "(func $begin \(HostileModule.endless)) (start $begin)"
        },
        Case("endless loop in _initialize", .timedOut, "_initialize") {
            $0.definitions = "(func (export \"_initialize\") \(HostileModule.endless))"
        },
        Case("endless loop in patchbay_allocate", .timedOut, "patchbay_allocate") {
            $0.onAllocate = HostileModule.endless
        },
        Case("endless loop in patchbay_free", .timedOut, "patchbay_free") {
            $0.onFree = HostileModule.endless
        },
        Case("endless recursion", .crashed, "FILTER: its stack overflowed") {
            $0.definitions = "(func $deeper (call $deeper))"
            $0.onCall = filtering("(call $deeper)")
        },
        Case("unreachable", .crashed, "FILTER: it gave up") { $0.onCall = filtering("(unreachable)") },
        Case("division by zero", .crashed, "FILTER: it trapped: integer divide by zero") {
            $0.onCall = filtering("(drop (i32.div_u (i32.const 1) (i32.sub (local.get $frame) (local.get $frame))))")
        },
        Case("memory out of bounds", .crashed, "FILTER: it used memory that it does not have") {
            $0.onCall = filtering("(i64.store (i32.const -8) (i64.const 1))")
        },
        Case("table out of bounds", .crashed, "FILTER: it trapped: undefined element") {
            $0.definitions = "(type $none (func)) (table 2 funcref)"
            $0.onCall = filtering("(call_indirect (type $none) (i32.const 7))")
        },
        Case("null in a table", .crashed, "FILTER: it trapped: uninitialized element") {
            $0.definitions = "(type $none (func)) (table 2 funcref)"
            $0.onCall = filtering("(call_indirect (type $none) (i32.const 1))")
        },
        Case("indirect call of another type", .crashed, "FILTER: it trapped: indirect call type mismatch") {
            $0.definitions =
                "(type $none (func)) (table 1 funcref) (elem (i32.const 0) $other) (func $other (param i64))"
            $0.onCall = filtering("(call_indirect (type $none) (i32.const 0))")
        },
        Case("memory grown until it is refused, then used", .crashed, "FILTER: it used memory that it does not have") {
            $0.onCall = filtering(
                """
                (block $full (loop $more (br_if $full (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
                  (br $more)))
                (i64.store (i32.mul (memory.size) (i32.const 65536)) (i64.const 1))
                """)
        },
        Case("endless asking for memory", .timedOut, "FILTER") {
            $0.onCall = filtering("(loop $more (drop (memory.grow (i32.const 1))) (br $more))")
        },
        Case("endless asking for table elements", .timedOut, "FILTER") {
            $0.definitions = "(table $table 1 funcref)"
            $0.onCall = filtering("(loop $more (drop (table.grow $table (ref.null func) (i32.const 1000))) (br $more))")
        },
        Case("a memory larger than its limit", .crashed, "its start") {
            $0.memory = "(memory (export \"memory\") 1000)"
        },
        Case("a table larger than its limit", .crashed, "its start") {
            $0.definitions = "(table 200000 funcref)"
        },
        Case("no memory to be had", .crashed, "patchbay_allocate") {
            $0.onAllocate = "(return (i32.const 0))"
        },
        Case("memory that is not there", .invalidResult, "memory for the host") {
            $0.onAllocate = "(return (i32.const -16))"
        },
        Case("memory that is not aligned", .invalidResult, "not aligned") {
            $0.onAllocate = "(return (i32.const 131073))"
        },
        Case("a status that there is not", .crashed, "FILTER failed with status -77") {
            $0.onCall = filtering("(return (i32.const -77))")
        },
        Case("data outside of the memory", .crashed, "its start") {
            $0.definitions = "(data (i32.const 262144) \"x\")"
        },
        Case("a log without end", .timedOut, "FILTER") {
            $0.imports = "(import \"patchbay\" \"log\" (func $log (param i32 i32 i32 i32 i32)))"
            $0.onCall = filtering(
                """
                (loop $more
                  (call $log (i32.const 2) (i32.const 1024) (i32.const 100) (i32.const 0) (i32.const 0)) (br $more))
                """)
        },
        Case("a log of memory that is not there", .invalidResult, "log") {
            $0.imports = "(import \"patchbay\" \"log\" (func $log (param i32 i32 i32 i32 i32)))"
            $0.onCall = filtering(
                "(call $log (i32.const 2) (i32.const -5) (i32.const 100) (i32.const 0) (i32.const 0))")
        },
        Case("a grant that was not given", .denied, "'clock'") {
            $0.imports = "(import \"patchbay\" \"clock\" (func $clock (param i32) (result i64)))"
            $0.onCall = filtering("(drop (call $clock (i32.const 0)))")
        },
        Case("a grant that was not given, in the start function", .denied, "'clock'") {
            $0.imports = "(import \"patchbay\" \"clock\" (func $clock (param i32) (result i64)))"
            $0.definitions = "(func $begin (drop (call $clock (i32.const 0)))) (start $begin)"
        },
        Case("a call of itself", .denied, "'call:filter/hostile'") {
            $0.imports =
                "(import \"patchbay\" \"call\" (func $ask (param i32 i32 i32 i32 i32 i32 i32 i32) (result i64)))"
            $0.definitions = "(data (i32.const 2048) \"filter/hostile\")"
            $0.onCall = filtering(
                """
                (drop (call $ask (i32.const 2048) (i32.const 14) (i32.const 2048) (i32.const 1) (i32.const 0)
                  (i32.const 0) (i32.const 0) (i32.const 0)))
                """)
        },
    ]

    @Test("the error names plugin, stage and call, and the host goes on", arguments: cases)
    func isNamed(_ hostile: Case) throws {
        let factory = try hostile.module.factory()
        let error = #expect(throws: PluginError.self) {
            var filter = try HostileFilter(factory)
            for _ in 0..<3 { _ = try filter.keep() }
        }
        #expect(error?.code == hostile.code, "\(error?.description ?? "")")
        #expect(error?.description.contains(hostile.words) == true, "\(error?.description ?? "")")
        #expect(error?.plugin == "hostile" && error?.stage == "keep", "\(error?.description ?? "")")
        // Another plugin of the same engine works.
        var sound = try HostileFilter(try HostileModule().factory())
        #expect(try sound.keep() == 10)
    }

    @Test("a guest that traps now and then is replaced each time")
    func isReplaced() throws {
        var module = HostileModule()
        module.onCall = Self.filtering(
            "(if (i64.eq (i64.load offset=\(HostileModule.place(\.batch)) (local.get $frame)) (i64.const 3)) (then unreachable))"
        )
        var filter = try HostileFilter(try module.factory())
        for round in 0..<50 {
            #expect(throws: PluginError.self) { try filter.keep(HostileFilter.batch(rows: 3)) }
            #expect(try filter.keep(HostileFilter.batch(rows: 4 + round)) == 4 + round)
        }
    }

    @Test("a guest that traps whenever it is made fails each time, and the host does not try for ever")
    func neverStarts() throws {
        var module = HostileModule()
        module.definitions = "(func $begin unreachable) (start $begin)"
        let factory = try module.factory()
        for _ in 0..<20 { #expect(throws: PluginError.self) { try HostileFilter(factory) } }
        // One that can be made, and traps at every batch: each of them gets one new instance.
        module.definitions = ""
        module.onCall = Self.filtering("unreachable")
        var filter = try HostileFilter(try module.factory())
        for round in 0..<50 {
            #expect(throws: PluginError.self) { try filter.keep() }
            #expect(filter.proxy.identity.statistics.reloads <= UInt64(round) + 1)
        }
    }

    @Test("the deadline of one instance does not touch another on the same engine")
    func othersGoOn() async throws {
        var module = HostileModule()
        module.onCall = Self.filtering(HostileModule.endless)
        let hostile = try module.factory()
        let sound = try HostileModule().factory()
        let progress = Progress()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { Self.timeOut(hostile, progress) }
            group.addTask { Self.goOn(sound, progress) }
        }
        #expect(progress.ended.load(ordering: .sequentiallyConsistent) == 10)
    }

    private final class Progress: Sendable {
        let isOver = Atomic(false)
        let ended = Atomic(0)
    }

    private static func timeOut(_ hostile: WasmFactory, _ progress: Progress) {
        for _ in 0..<10 {
            do {
                var filter = try HostileFilter(hostile)
                _ = try filter.keep()
            } catch { progress.ended.add(1, ordering: .sequentiallyConsistent) }
        }
        progress.isOver.store(true, ordering: .sequentiallyConsistent)
    }

    /// Many short calls of one instance, which outlives many deadlines of the other.
    private static func goOn(_ sound: WasmFactory, _ progress: Progress) {
        var kept = 0
        do {
            var filter = try HostileFilter(sound)
            while !progress.isOver.load(ordering: .sequentiallyConsistent) || kept < 1000 { kept += try filter.keep() }
        } catch { Issue.record("the sound filter failed: \(error)") }
        #expect(kept >= 1000 && kept % 10 == 0)
    }

    @Test("memory is back at its level after many failures")
    func level() throws {
        let factories = try Self.cases.filter { $0.code != .timedOut }.map { try $0.module.factory() }
        var sizes: [Int] = []
        for round in 0..<40 {
            for factory in factories {
                do {
                    var filter = try HostileFilter(factory)
                    _ = try filter.keep()
                    _ = try filter.keep()
                } catch {}
            }
            if round == 4 || round == 39 { sizes.append(Self.residentKiB()) }
        }
        #expect(sizes[1] - sizes[0] < 16 << 10, "grown from \(sizes[0]) to \(sizes[1]) KiB")
    }

    static func residentKiB() -> Int {
        guard let file = unsafe fopen("/proc/self/statm", "r") else { return 0 }
        defer { unsafe fclose(file) }
        var text = [CChar](repeating: 0, count: 100)
        guard unsafe fgets(&text, 100, file) != nil else { return 0 }
        let words = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(
            separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * 4 : 0
    }
}
