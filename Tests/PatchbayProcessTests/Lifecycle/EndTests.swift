import Glibc
import PatchbayCore
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayProcess

extension ProcessTests {
    @Suite struct Ends {
        @Test func aCrashIsToldWithItsSignalAndThePluginIsStartedAgain() throws {
            let process = Probe.process("child")
            let pids = try process.pids()
            let error = #expect(throws: PluginError.self) { try process.call("/crash") }
            #expect(error?.code == .crashed)
            #expect(error?.message.contains("SIGSEGV") == true)
            #expect(error?.cause?.contains("about to crash") == true)
            #expect(Probe.becomes { !Probe.lives(pids.child) })
            #expect(Probe.state(pids.plugin) == nil)
            #expect(try process.call("/echo", "again") == "again")
            process.stop()
        }

        @Test func aKillFromOutsideIsToldToAllWhoWait() throws {
            let process = Probe.process("plain")
            let first = try process.connect(deadline: .never)
            let second = try process.connect(deadline: .never)
            kill(try process.pids().plugin, SIGKILL)
            for connection in [first, second] {
                let error = #expect(throws: PluginError.self) { try process.call("/echo", over: connection) }
                #expect(error?.message.contains("SIGKILL") == true)
            }
            process.stop()
        }

        @Test func aStoppedProcessIsEndedAtTheDeadlineOfACall() throws {
            let process = Probe.process("child")
            let pids = try process.pids()
            let time = Probe.milliseconds {
                let error = #expect(throws: PluginError.self) { try process.call("/stop", milliseconds: 200) }
                #expect(error?.code == .timedOut)
            }
            #expect((200..<1000).contains(time))
            #expect(Probe.becomes { !Probe.lives(pids.plugin) && !Probe.lives(pids.child) })
            #expect(try process.call("/echo", "again") == "again")
            process.stop()
        }

        @Test func aConnectionBrokenOffEndsTheProcess() throws {
            let process = Probe.process("plain")
            let pids = try process.pids()
            let error = #expect(throws: PluginError.self) { try process.call("/half-close") }
            #expect(error?.message.contains("broke off") == true)
            #expect(Probe.state(pids.plugin) == nil)
        }

        @Test func aFaultOfAFormerGenerationEndsNothing() throws {
            let process = Probe.process("plain")
            let old = try process.connect(deadline: .never)
            #expect(throws: PluginError.self) { try process.call("/crash") }
            let pids = try process.pids()
            let error = process.fail(old.generation, .broke(WireError(.closed, "closed")))
            #expect(error.message.contains("SIGSEGV"))
            #expect(Probe.lives(pids.plugin))
            process.stop()
        }

        @Test func aPluginThatRefusesToEndIsKilledWithItsGroup() throws {
            let process = Probe.process("stubborn") {
                $0.shutdownMilliseconds = 100
                $0.terminationMilliseconds = 200
            }
            let pids = try process.pids()
            let time = Probe.milliseconds { process.stop() }
            #expect((300..<1000).contains(time))
            #expect(!Probe.lives(pids.plugin))
            #expect(Probe.becomes { !Probe.lives(pids.child) })
        }

        @Test func anIdlePluginIsEndedAndStartedAgainOnDemand() throws {
            let process = Probe.process("plain") { $0.idleMilliseconds = 100 }
            let collector = LogCollector()
            let scope = collector.scope("one")
            process.attach(scope, logLinesPerSecond: 100)
            let pids = try process.pids()
            usleep(300_000)
            #expect(Probe.lives(pids.plugin))
            process.detach(scope)
            #expect(Probe.becomes { Probe.state(pids.plugin) == nil })
            #expect(try process.pids().plugin != pids.plugin)
            process.stop()
        }

        @Test func aPluginThatNobodyHoldsIsEnded() throws {
            var process: PluginProcess? = Probe.process("plain")
            let pids = try #require(try process?.pids())
            process = nil
            #expect(Probe.becomes { Probe.state(pids.plugin) == nil })
        }

        @Test func aPluginThatLeavesWhenIdleIsNoCrash() throws {
            let process = Probe.process("plain")
            for _ in 0..<30 {
                #expect(try process.call("/echo", "x") == "x")
                let connection = try process.connect(deadline: .never)
                try? connection.http.send("POST", "/v1/shutdown", deadline: .after(milliseconds: 1000))
                #expect(Probe.becomes { process.isStopped })
            }
            #expect(process.state.with { $0.policy.crashes } == 0)
        }

        @Test func twentyCrashesWithoutAnAnswerOpenTheCircuit() throws {
            let process = Probe.process("plain")
            for _ in 0..<RestartPolicy.crashLimit {
                let error = #expect(throws: PluginError.self) { try process.call("/crash") }
                #expect(error?.isFinal == false)
            }
            let error = #expect(throws: PluginError.self) { try process.call("/echo") }
            #expect(error?.isFinal == true)
            #expect(error?.message.contains("20 times") == true)
        }

        @Test func nothingIsLeftBehind() throws {
            let process = Probe.process("child")
            _ = try process.pids()
            process.stop()
            let descriptors = FileTree.names(in: "/proc/self/fd").count
            for round in 0..<20 {
                let pids = try process.pids()
                if round % 2 == 0 {
                    process.stop()
                } else {
                    #expect(throws: PluginError.self) { try process.call("/crash") }
                }
                #expect(Probe.becomes { !Probe.lives(pids.plugin) && !Probe.lives(pids.child) })
                #expect(FileTree.status(of: pids.location) == nil)
                // Others of this host may have theirs beside it.
                let directory = pids.location.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
                #expect(Probe.becomes { FileTree.status(of: directory) == nil })
            }
            process.stop()
            #expect(Probe.becomes { FileTree.names(in: "/proc/self/fd").count <= descriptors })
        }
    }
}

extension PluginProcess {
    var isStopped: Bool {
        if case .stopped = state.with({ $0.phase }) { true } else { false }
    }
}
