import Glibc
import PatchbayCore
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayProcess

extension ProcessTests {
    @Suite struct Starts {
        @Test(arguments: [Transport.unix, .tcp, .stdio])
        func aPluginIsStartedWhenItIsFirstNeeded(_ transport: Transport) throws {
            let process = Probe.process("plain") { $0.interface.transports = [transport] }
            #expect(try process.call("/echo", "hello") == "hello")
            let pids = try process.pids()
            #expect(Probe.lives(pids.plugin))
            process.stop()
            #expect(Probe.state(pids.plugin) == nil)
        }

        @Test func sessionsShareOneProcess() throws {
            let process = Probe.process("plain")
            let first = try process.connect(deadline: .never)
            let second = try process.connect(deadline: .never)
            #expect(try process.call("/pids", over: first) == process.call("/pids", over: second))
            process.stop()
        }

        @Test func manySessionsTakeTurnsOnStandardInputAndOutput() async throws {
            let process = Probe.process("plain") { $0.interface.transports = [.stdio] }
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        let connection = try process.connect(deadline: .never)
                        return try (0..<50).allSatisfy {
                            try process.call("/echo", "\(index).\($0)", over: connection) == "\(index).\($0)"
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0 })
            process.stop()
        }

        @Test func anExitInTheStartIsNoticedAtOnceWithWhatItSaid() {
            let process = Probe.process("exit-in-start")
            let time = Probe.milliseconds {
                let error = #expect(throws: PluginError.self) { try process.call("/echo") }
                #expect(error?.message.contains("status 3") == true)
                #expect(error?.cause == "probe: cannot find the library libthing.so.7")
                #expect(error?.plugin == "probe")
            }
            #expect(time < 1000)
        }

        @Test(arguments: ["never-listens", "slow-loris", "stops-in-start", "never-ready"])
        func aStartEndsAtItsDeadline(_ mode: String) throws {
            let process = Probe.process(mode) { $0.startMilliseconds = 300 }
            let time = Probe.milliseconds {
                let error = #expect(throws: PluginError.self) { try process.call("/echo") }
                #expect(error?.code == .timedOut)
                #expect(error?.message.contains("300 ms") == true)
            }
            #expect((300..<1500).contains(time))
        }

        @Test func aProgramThatIsNotTheOneThatWasStartedGetsNoToken() {
            let process = Probe.process("wrong-peer")
            let error = #expect(throws: PluginError.self) { try process.call("/echo") }
            #expect(error?.cause?.contains("peer token") == true)
        }

        @Test func aProgramThatDoesNotExistIsAnErrorWithAdvice() {
            let process = PluginProcess(ProcessSettings(name: "none", path: "/nowhere/none"))
            let error = #expect(throws: PluginError.self) { try process.call("/echo") }
            #expect(error?.advice != nil)
        }

        @Test func afterFiveFailedStartsCallsFailAtOnce() {
            let process = Probe.process("exit-in-start")
            for _ in 0..<RestartPolicy.failedStartLimit {
                let error = #expect(throws: PluginError.self) { try process.call("/echo") }
                #expect(error?.isFinal == false)
            }
            let time = Probe.milliseconds {
                let error = #expect(throws: PluginError.self) { try process.call("/echo") }
                #expect(error?.isFinal == true)
                #expect(error?.cause?.contains("libthing") == true)
            }
            #expect(time < 20)
        }

        @Test func garbageOnStandardOutputDoesNotDisturb() throws {
            let process = Probe.process("garbage")
            #expect(try process.call("/echo", "x") == "x")
            process.stop()
        }
    }
}

/// One after the other: they count descriptors and processes.
@Suite(.serialized) struct ProcessTests {}
