import Foundation
import Testing

/// `patchbay worker`, and stages that are programs, as other programs use them.
struct WorkerTests {
    private static let lines = """
        {"level":"info","n":"1"}
        {"level":"error","n":"x"}

        """

    private func trailer(_ result: Program.Result) throws -> [String: Any] { try result.ledger() }

    @Test func aChainOfPlugins() throws {
        let result = try Program().run(
            "worker", "--uses", "where", "--with", "expression=level == \"error\"", input: Self.lines)
        #expect(result.status == 0)
        #expect(result.output == #"{"level":"error","n":"x"}"# + "\n")
        let counts = try trailer(result)
        #expect(counts["ok"] as? Bool == true)
        #expect(counts["in"] as? Int == 2)
        #expect(counts["out"] as? Int == 1)
        #expect(counts["filtered"] as? Int == 1)
    }

    @Test func framesOfOneWorkerAreReadByTheNext() throws {
        let program = try Program()
        let frames = program.path("frames")
        try program.write("input", Self.lines)
        let line = """
            \(Program.path) worker --uses head --with count=1 --output frames < \(program.path("input")) > \(frames)
            """
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "\(line) 2> /dev/null"]
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 0)
        let second = Process()
        second.executableURL = URL(filePath: "/bin/sh")
        second.arguments = [
            "-c",
            "\(Program.path) worker --uses head --with count=9 --input frames --output jsonl < \(frames) > \(program.path("out"))",
        ]
        try second.run()
        second.waitUntilExit()
        #expect(second.terminationStatus == 0)
        #expect(try program.read("out").contains("\"level\":\"info\""))
    }

    @Test func lossIsAnExitCode() throws {
        let program = try Program()
        try program.write(
            "w.yaml",
            """
            sources: [{uses: file, with: none}]
            processors:
              - json
              - {uses: cast, with: {fields: {n: int64}}, on_error: skip}
            sinks: [stdout]
            """)
        let result = try program.run("worker", program.path("w.yaml"), input: Self.lines)
        #expect(result.status == 8)
        #expect(result.output.split(separator: "\n").count == 1)
        #expect(try trailer(result)["skipped"] as? Int == 1)
        #expect(try trailer(result)["ok"] as? Bool == false)
        #expect(try program.run("worker", "--uses", "head", "--with", "count=9", input: "{}\nno JSON\n").status != 0)
    }

    @Test(arguments: [
        ["worker"], ["worker", "x.yaml", "--uses", "head"], ["worker", "x.yaml", "--with", "a=b"],
        ["worker", "--uses", "head", "--uses", "head", "--with", "a=b"],
    ])
    func wrongCommandLines(_ arguments: [String]) throws {
        #expect(try Program().run(arguments).status == 2)
    }

    @Test func programsAsStages() throws {
        let program = try Program()
        let file = try program.write(
            "p.yaml",
            """
            sources:
              - exec: [seq, "1", "100000"]
            processors:
              - lines
              - exec: [grep, "99"]
              - exec: [sort, -rn]
            sinks:
              - stdout
            """)
        let result = try program.run("run", file)
        #expect(result.status == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 3691)
        #expect(lines.first == "99999")
        #expect(result.errors.hasPrefix("ledger: balanced"))
        #expect(result.errors.contains("summed up"))
    }

    @Test func aProgramThatFailsEndsTheRun() throws {
        let program = try Program()
        let file = try program.write(
            "p.yaml",
            """
            sources: [{exec: [seq, "1", "3"]}]
            processors: [lines, {exec: [sh, -c, "cat > /dev/null; echo why >&2; exit 4"]}]
            sinks: [stdout]
            """)
        let result = try program.run("run", file, "--quiet")
        #expect(result.status == 1)
        #expect(result.errors.contains("status 4"))
        #expect(result.errors.contains("why"))
    }

    @Test func execAndUsesExcludeEachOther() throws {
        let program = try Program()
        let file = try program.write(
            "p.yaml", "sources: [{exec: [seq], uses: file}]\nprocessors: [lines]\nsinks: [stdout]\n")
        #expect(try program.run("validate", file).status == 3)
    }
}
