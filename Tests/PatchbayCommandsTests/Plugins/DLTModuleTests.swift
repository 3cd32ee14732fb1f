import Foundation
import Testing

/// The DLT parser as a WebAssembly module does what the native one does, to the byte.
@Suite("the module 'dlt'")
struct DLTModuleTests {
    private static let module = ShippedPlugins.path("dlt")
    private static let files = ["recorded", "variants", "crafted"].flatMap { folder in
        Repository.files(in: "Tests/Fixtures/dlt/\(folder)").map { "\(Repository.dlt)/\(folder)/\($0)" }
    }

    /// Runs both forms, compares all that they say, and returns what they wrote.
    @discardableResult
    private func compare(_ arguments: [String], status: Int32 = 0) throws -> String {
        let program = try Program()
        let native = try program.run(["cat", "--ledger", "json", "--parser", "dlt"] + arguments)
        let module = try program.run(["cat", "--ledger", "json", "--parser", Self.module] + arguments)
        #expect(native.status == status, "\(native.errors)")
        #expect(module.status == native.status, "\(module.errors)")
        #expect(module.output == native.output, "\(arguments)")
        #expect(plain(module.errors) == plain(native.errors), "\(arguments)")
        return module.output
    }

    /// What is said on standard error but for the time that passed and the parser's name. The order of reasons and
    /// regions depends on which thread is first.
    private func plain(_ errors: String) -> [String] {
        let text = errors.replacing(Self.module, with: "dlt").replacing(/"seconds":[0-9.e-]+/, with: "")
        return text.split(separator: "{").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "],}\n")) }
            .sorted()
    }

    @Test(arguments: ["text", "json", "csv", "raw", "frames"], [1, 2])
    func writesTheSame(format: String, threads: Int) throws {
        let output = try compare(["--to", format, "--threads", "\(threads)"] + Self.files)
        #expect(output.utf8.count > 1_000_000)
    }

    @Test(arguments: [
        "payload", "apid,level", "time,payload,arguments", "service,damage,message_id,message_name", "offset,mode,noar",
    ])
    func selectsTheSame(fields: String) throws {
        try compare(["--to", "json", "--select", fields] + Self.files)
    }

    @Test(arguments: ["control=decoded", "framing=storage", "framing=serial", "framing=none"])
    func takesTheSameOptions(option: String) throws {
        // Only so many regions are listed; with one thread they are the same ones.
        try compare(["--to", "json", "--threads", "1", "--with", option] + Self.files)
    }

    @Test func readsEachFileAlike() throws {
        for file in Self.files { try compare([file]) }
    }

    @Test func readsPipesAlike() throws {
        let program = try Program()
        let file = "\(Repository.dlt)/recorded/stress_ctx.dlt"
        func output(_ parser: String) throws -> String {
            try program.shell("cat '\(file)' | patchbay cat - --parser '\(parser)'").output
        }
        #expect(try output(Self.module) == output("dlt"))
    }

    @Test(arguments: ["1KiB", "7KiB", "64KiB"])
    func cutsTheSameRecordsOfSmallChunks(size: String) throws {
        let program = try Program()
        func output(_ parser: String) throws -> String {
            try program.write(
                "pipeline.yaml",
                """
                settings: {chunk_size: \(size)}
                sources:
                  - {uses: file, with: {path: '\(Repository.dlt)/*/*.*'}}
                processors:
                  - {\(parser)}
                sinks:
                  - {uses: stdout, with: {format: json}}
                """)
            let result = try program.run("run", "pipeline.yaml")
            #expect(result.status == 0, "\(result.errors)")
            return result.output
        }
        let native = try output("uses: dlt")
        #expect(native.utf8.count > 500_000)
        #expect(try output("uses: '\(Self.module)'") == native)
    }

    @Test func describesMessagesAlike() throws {
        let program = try Program()
        func run(_ parser: String, _ messages: String) throws -> Program.Result {
            try program.write(
                "pipeline.yaml",
                """
                sources:
                  - {uses: file, with: {path: '\(Repository.dlt)/recorded/nonverbose.dlt'}}
                processors:
                  - {uses: '\(parser)', with: {messages: \(messages)}}
                sinks:
                  - {uses: stdout, with: {format: json}}
                """)
            return try program.run("run", "pipeline.yaml")
        }
        let good = """
            [{id: 1000, name: 'A "quoted" ü', level: warn, apid: AP, ctid: CT, parts: ["speed ", uint16, {text: uint8}]},
             {id: 1001, parts: [{type: uint32, name: n, unit: km}, string]}, {id: 10, parts: [raw]}]
            """
        let (native, module) = (try run("dlt", good), try run(Self.module, good))
        #expect(native.status == 0)
        #expect(module.status == 0, "\(module.errors)")
        #expect(module.output == native.output)
        for wrong in [
            "[{id: 1, nme: x}]", "[{name: x}]", "[{id: 1, level: loud}]", "[{id: 1, apid: ABCDE}]",
            "[{id: 1, name: 7}]",
            "[{id: 1, parts: [{type: int3}]}]", "[{id: 1, parts: [{kind: int3}]}]",
        ] {
            let (native, module) = (try run("dlt", wrong), try run(Self.module, wrong))
            #expect(native.status != 0 && module.status == native.status, "\(wrong): \(module.errors)")
            let message = try #require(native.errors.firstMatch(of: /error: [^\n]*?((a|an|') ?[^\n]*)/)).1
            #expect(module.errors.contains(message.prefix(20)), "\(module.errors)\n\(native.errors)")
        }
    }

    /// A length of 32 bits is too large for a number of the module's word size.
    @Test func bodiesOfControlMessagesMayAnnounceAnyLength() throws {
        let body: [UInt8] = [0x13, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x41]
        try compareMessage(info: 0x26, arguments: 0, body, options: ["--with", "control=decoded"])
    }

    /// The elements of an array may be more than the module's words can count, and none in the end.
    @Test func arraysMayHaveLargeDimensionsAndNoElements() throws {
        let body: [UInt8] = [0x41, 1, 0, 0, 4, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 1, 2, 3, 4]
        try compareMessage(info: 0x41, arguments: 2, body, options: ["--select", "payload,arguments,damage"])
    }

    private func compareMessage(info: UInt8, arguments: UInt8, _ body: [UInt8], options: [String]) throws {
        let folder = try Program()
        let length = 14 + body.count
        let header: [UInt8] = [0x44, 0x4C, 0x54, 1] + [UInt8](repeating: 1, count: 8) + Array("ECU1".utf8)
        let standard: [UInt8] = [0x21, 7, 0, UInt8(length), info, arguments] + Array("APP1CTX1".utf8)
        let file = try folder.write("message.dlt", Data(header + standard + body))
        let output = try compare(["--to", "json", file] + options)
        #expect(output.contains("payload"))
    }

    @Test func saysTheSameOfItself() throws {
        let program = try Program()
        func object(_ arguments: String...) throws -> [String: Any] {
            let result = try program.run(arguments)
            #expect(result.status == 0, "\(result.errors)")
            return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        }
        var module = try #require(try object("plugin", "inspect", "--json", Self.module)["manifest"] as? [String: Any])
        module["abi"] = nil
        #expect(module as NSDictionary == (try object("plugin", "info", "dlt")) as NSDictionary)
    }
}
