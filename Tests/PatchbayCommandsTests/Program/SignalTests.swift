import Testing

/// Ctrl-C and friends.
struct SignalTests {
    @Test(arguments: [("INT", 130), ("TERM", 143)] as [(String, Int32)])
    func endsInOrder(_ name: String, _ status: Int32) throws {
        let program = try Program()
        // A shell without job control starts what runs in the background with SIGINT ignored; `trap` cannot undo that.
        let result = try program.shell(
            """
            set -m
            mkfifo pipe
            (while printf 'one\\ntwo\\nthree'; do sleep 0.01; done) > pipe 2> /dev/null &
            writer=$!
            patchbay_path="\(Program.path)"
            "$patchbay_path" cat - --ledger json < pipe > out.txt &
            reader=$!
            sleep 0.7
            kill -\(name) $reader
            wait $reader
            status=$?
            kill $writer 2> /dev/null
            exit $status
            """)
        #expect(result.status == status)
        let line = try #require(result.errors.split(separator: "\n").last { $0.hasPrefix("{") })
        #expect(line.contains("\"balanced\":true,\"stopped\":true"))
        let lines = try program.read("out.txt").split(separator: "\n")
        #expect(lines.count > 10)
    }

    @Test func waitingForTheFirstByteEnds() throws {
        let program = try Program()
        let result = try program.shell(
            """
            set -m
            mkfifo pipe
            sleep 5 > pipe &
            writer=$!
            "\(Program.path)" cat - < pipe &
            reader=$!
            sleep 0.5
            kill -INT $reader
            wait $reader
            status=$?
            kill $writer
            exit $status
            """)
        #expect(result.status == 130)
    }
}
