import Glibc
import PatchbayPlugin
import Testing

@testable import PatchbayProcess

extension ProcessTests {
    @Suite struct HostDeaths {
        /// A host in a process of its own, whose plugin has said that it serves.
        private struct Host {
            let child: ChildProcess
            let location: String
            let mark: String
            /// Closed when this goes away, which is the sign for the host to end.
            let lifeline: Descriptor

            init(sandbox: SandboxMode, mode: String = "child") throws {
                mark = "1000\(UInt32.random(in: 100_000...999_999))"
                let input = try Descriptor.pipe(isRead: false)
                let output = try Descriptor.pipe()
                var launch = Launch(
                    path: Probe.path, arguments: [Probe.path, "host", mode, mark, sandbox.rawValue],
                    descriptors: [input.reads, output.writes, try Descriptor.null()])
                launch.environment = ["PATH": "/usr/bin:/bin"]
                launch.gainsNoPrivileges = false
                child = try ProcessMonitor.shared.start(launch)
                lifeline = input.writes
                var bytes = [UInt8](repeating: 0, count: 512)
                try #require(output.reads.isReadable(until: MonotonicClock.nanoseconds + 10_000_000_000))
                guard case .bytes(let count) = output.reads.read(into: &bytes) else {
                    throw PluginError(.io, "the host said nothing")
                }
                let words = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
                location = String(words[2].dropLast())
            }

            /// Processes that carry the mark, but the host itself.
            var others: [Int32] {
                FileTree.names(in: "/proc").compactMap(Int32.init).filter { pid in
                    guard pid != child.pid, Probe.lives(pid) else { return false }
                    let line = String(
                        decoding: FileTree.beginning(of: "/proc/\(pid)/cmdline", count: 4096), as: UTF8.self)
                    return line.contains(mark)
                }
            }

            var directory: String { location.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } }
        }

        @Test(arguments: [SandboxMode.off, .preferred])
        func whenAHostIsKilledItsPluginsAndTheirChildrenDieWithin1s(_ sandbox: SandboxMode) throws {
            let host = try Host(sandbox: sandbox)
            #expect(host.others.count >= 2)
            kill(host.child.pid, SIGKILL)
            #expect(Probe.becomes { host.others.isEmpty })
            #expect(Probe.becomes { FileTree.status(of: host.directory) == nil })
        }

        @Test func aPluginThatIgnoresEverythingDiesWithItsHostToo() throws {
            let host = try Host(sandbox: .off, mode: "stubborn")
            kill(host.child.pid, SIGKILL)
            #expect(Probe.becomes { host.others.isEmpty })
        }

        @Test func aHostThatEndsInTheOrdinaryWayEndsItsPlugins() throws {
            let host = try Host(sandbox: .off)
            // Its standard input becomes readable, and it returns from main.
            host.lifeline.write([0x0A])
            #expect(host.child.waitUntilDone(until: MonotonicClock.nanoseconds + 5_000_000_000) == .exited(0))
            #expect(Probe.becomes { host.others.isEmpty && FileTree.status(of: host.directory) == nil })
        }

        @Test func severalHostsDoNotDisturbEachOther() throws {
            let hosts = try (0..<3).map { _ in try Host(sandbox: .off) }
            #expect(Set(hosts.map(\.directory)).count == 3)
            kill(hosts[0].child.pid, SIGKILL)
            #expect(Probe.becomes { hosts[0].others.isEmpty })
            usleep(200_000)
            #expect(hosts[1].others.count >= 2 && hosts[2].others.count >= 2)
            for host in hosts { kill(host.child.pid, SIGKILL) }
            #expect(Probe.becomes { hosts.allSatisfy { $0.others.isEmpty } })
        }

        @Test func whatADeadHostLeftBehindIsRemovedByTheNext() throws {
            let stale = "/tmp/patchbay-00000000"
            // Like one, but somebody else's.
            let foreign = "/tmp/patchbay-00000001"
            defer { FileTree.remove(foreign) }
            _ = try FileTree.make(foreign)
            _ = try FileTree.make(foreign + "/precious")
            _ = try FileTree.make(stale)
            _ = try FileTree.make(stale + "/1")
            _ = FileTree.lock(stale + "/\(HostDirectory.lockName)", makes: true)
            let host = try Host(sandbox: .off)
            #expect(Probe.becomes { FileTree.status(of: stale) == nil })
            #expect(FileTree.status(of: foreign + "/precious") != nil)
            kill(host.child.pid, SIGKILL)
            #expect(Probe.becomes { host.others.isEmpty })
        }

        @Test func theGuardAloneKillsAGroup() throws {
            let directory = try HostDirectory.shared.makeRunDirectory()
            let process = Probe.process("stubborn")
            let pids = try process.pids()
            // As if the host were gone: the guard's socket is closed.
            GroupGuard.shared.finish(until: MonotonicClock.nanoseconds + 2_000_000_000)
            #expect(Probe.becomes { !Probe.lives(pids.plugin) && !Probe.lives(pids.child) })
            #expect(FileTree.status(of: directory.path) == nil)
        }
    }
}
