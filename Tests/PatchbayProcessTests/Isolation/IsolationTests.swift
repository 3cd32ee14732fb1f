import Glibc
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayProcess

/// What a confined shell can and cannot do, with bubblewrap and without.
@Suite struct IsolationTests {
    private static let hasBubblewrap: Bool = if case .works = Bubblewrap.shared.probe() { true } else { false }
    private static let without = Bubblewrap(.unusable("not in this test"))

    private func run(
        _ line: String, _ isolation: Isolation = Isolation(), transport: Transport = .unix,
        _ bubblewrap: Bubblewrap = .shared
    ) throws -> ProgramRun {
        let directory = try HostDirectory.shared.makeRunDirectory()
        defer { directory.remove() }
        let confined = try ConfinedProgram(
            path: "/bin/bash", arguments: ["bash", "-c", line], isolation, directory, transport: transport,
            bubblewrap: bubblewrap)
        return try ProgramRun.run(confined.launch([]), milliseconds: 10_000, outputLimit: 64 << 10)
    }

    private func output(
        _ line: String, _ isolation: Isolation = Isolation(), transport: Transport = .unix,
        _ bubblewrap: Bubblewrap = .shared
    ) throws -> String {
        let run = try run("exec 2>&1; " + line, isolation, transport: transport, bubblewrap)
        return String(decoding: run.output, as: UTF8.self)
    }

    private static let connect = "exec 3<>/dev/tcp/127.0.0.1/1"

    // MARK: Everywhere

    @Test(arguments: [SandboxMode.off, .preferred])
    func theEnvironmentIsClean(_ mode: SandboxMode) throws {
        unsafe setenv("PATCHBAY_TEST_SECRET", "open sesame", 1)
        unsafe setenv("PATCHBAY_TEST_OTHER", "hidden", 1)
        let isolation = Isolation(mode: mode, grants: Grants([.secret("PATCHBAY_TEST_SECRET")]))
        let lines = try output("env", isolation).split(separator: "\n")
        let names = Set(lines.compactMap { $0.split(separator: "=").first.map(String.init) })
        #expect(
            names.subtracting(["PWD", "SHLVL", "_", "OLDPWD"]) == [
                "PATH", "HOME", "LANG", "TMPDIR", "PATCHBAY_TEST_SECRET",
            ])
        #expect(lines.contains("PATCHBAY_TEST_SECRET=open sesame"))
    }

    @Test(arguments: [SandboxMode.off, .preferred])
    func itRunsInAnEmptyDirectoryOfItsOwnWithoutDescriptorsOfTheHost(_ mode: SandboxMode) throws {
        let open = try Descriptor.null()
        _ = fcntl(open.number, F_SETFD, 0)
        let text = try output("pwd; ls -A; echo x >f && cat f; echo $BASHPID; ls /proc/self/fd", Isolation(mode: mode))
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines[0].hasSuffix("/work") && lines[1] == "x")
        // Its standard descriptors and that of the directory that is listed.
        #expect(Array(lines[3...]) == ["0", "1", "2", "3"])
    }

    @Test(arguments: [SandboxMode.off, .preferred])
    func limitsHold(_ mode: SandboxMode) throws {
        var isolation = Isolation(mode: mode)
        isolation.limits.memory = 64 << 20
        isolation.limits.openHandles = 10
        let text = try output("ulimit -c; ulimit -n; ulimit -d; ulimit -f", isolation)
        let expected = [0, 1034, (64 << 10) + (1 << 20), 256 << 10]
        #expect(text.split(separator: "\n").map { Int($0) } == expected)
    }

    // MARK: With the filter alone

    @Test func theFilterRefusesWhatReachesDeep() throws {
        let network = Isolation(grants: Grants([.connect(host: "localhost", port: 1)]))
        #expect(try output(Self.connect, Isolation(), Self.without).contains("Operation not permitted"))
        #expect(try output(Self.connect, network, Self.without).contains("Connection refused"))
        #expect(try output(Self.connect, Isolation(), transport: .tcp, Self.without).contains("Connection refused"))
        #expect(try output("unshare -m true", Isolation(), Self.without).contains("Operation not permitted"))
        #expect(try output("mount -t tmpfs none /mnt", Isolation(), Self.without).contains("ermi"))
        #expect(try output("true | cat; echo ok", Isolation(), Self.without) == "ok\n")
    }

    @Test func withoutASandboxNothingIsRefused() throws {
        #expect(try output(Self.connect, Isolation(mode: .off)).contains("Connection refused"))
    }

    @Test func whatIsMissingIsSaid() throws {
        let directory = try HostDirectory.shared.makeRunDirectory()
        defer { directory.remove() }
        let confined = try ConfinedProgram(
            path: "/bin/sh", arguments: ["sh"], Isolation(), directory, transport: .unix, bubblewrap: Self.without)
        #expect(confined.protection.description == "seccomp (not in this test)")
        let error = #expect(throws: PluginError.self) {
            try ConfinedProgram(
                path: "/bin/sh", arguments: ["sh"], Isolation(mode: .required), directory, transport: .unix,
                bubblewrap: Self.without)
        }
        #expect(error?.code == .denied && error?.cause == "not in this test")
    }

    // MARK: With bubblewrap

    @Test(.enabled(if: hasBubblewrap))
    func filesAreThereOnlyWhenTheyAreGranted() throws {
        let directory = "/tmp/patchbay-test-\(FileTree.randomDigits(bytes: 6))"
        _ = try FileTree.make(directory)
        defer { FileTree.remove(directory) }
        let line = "cat \(directory)/f; echo more >>\(directory)/f; cat /etc/shadow; ls /root /home; touch /usr/x"
        _ = try output("echo content >\(directory)/f", Isolation(mode: .off))
        let denied = try output(line)
        #expect(!denied.contains("content"))
        #expect(denied.contains("/etc/shadow: No such file") && denied.contains("'/root': No such file"))
        #expect(denied.contains("Read-only file system"))
        let read = try output(line, Isolation(grants: Grants([.read(directory)])))
        #expect(read.contains("content") && read.contains("\(directory)/f: Read-only"))
        let written = try output(line + "; cat \(directory)/f", Isolation(grants: Grants([.write(directory)])))
        #expect(written.contains("more"))
    }

    @Test(.enabled(if: hasBubblewrap))
    func aScriptAndItsInterpreterAreSeen() throws {
        let directory = "/tmp/patchbay-test-\(FileTree.randomDigits(bytes: 6))"
        _ = try FileTree.make(directory)
        defer { FileTree.remove(directory) }
        let line =
            "printf '#!/usr/bin/env python3\nimport json\nprint(json.dumps([1]))\n' >\(directory)/p; chmod +x \(directory)/p"
        _ = try output(line, Isolation(mode: .off))
        let run = try HostDirectory.shared.makeRunDirectory()
        defer { run.remove() }
        let confined = try ConfinedProgram(
            path: directory + "/p", arguments: ["p"], Isolation(mode: .required), run, transport: .unix)
        let result = try ProgramRun.run(confined.launch([]), milliseconds: 10_000, outputLimit: 100)
        #expect(String(decoding: result.output, as: UTF8.self) == "[1]\n", "\(result.errors)")
    }

    @Test(.enabled(if: hasBubblewrap))
    func otherProcessesAndNetworksAreNotSeen() throws {
        let count = try output("ls -d /proc/[0-9]* | wc -l").split(separator: "\n").first.flatMap { Int($0) }
        #expect((count ?? 100) < 6)
        #expect(try output(Self.connect).contains("Operation not permitted"))
        let network = Isolation(grants: Grants([.connect(host: "localhost", port: 1)]))
        #expect(try output(Self.connect, network).contains("Connection refused"))
        #expect(try output("unshare -U true").contains("Operation not permitted"))
    }
}

extension ProcessTests {
    @Suite struct Confined {
        private static let hasBubblewrap: Bool = if case .works = Bubblewrap.shared.probe() { true } else { false }

        @Test(.enabled(if: hasBubblewrap), arguments: [Transport.unix, .tcp, .stdio])
        func aPluginServesInTheSandbox(_ transport: Transport) throws {
            let process = Probe.process("plain", sandbox: .required) { $0.interface.transports = [transport] }
            #expect(try process.call("/echo", "x") == "x")
            #expect(process.protection == "bubblewrap+seccomp")
            let location = try process.pids().location
            let time = Probe.milliseconds { process.stop() }
            #expect(time < 1000)
            #expect(transport != .unix || FileTree.status(of: location) == nil)
        }

        @Test(.enabled(if: hasBubblewrap))
        func signalsAndCrashesAreToldThroughTheSandbox() throws {
            let process = Probe.process("plain", sandbox: .required)
            let error = #expect(throws: PluginError.self) { try process.call("/crash") }
            #expect(error?.message.contains("SIGSEGV") == true)
            #expect(error?.cause?.contains("about to crash") == true)
            #expect(try process.call("/echo", "x") == "x")
            process.stop()
        }

        @Test(.enabled(if: hasBubblewrap))
        func aPluginThatRefusesToEndIsKilledInTheSandbox() throws {
            let process = Probe.process("stubborn", sandbox: .required) {
                $0.shutdownMilliseconds = 100
                $0.terminationMilliseconds = 200
            }
            _ = try process.call("/echo", "x")
            let time = Probe.milliseconds { process.stop() }
            #expect((300..<1500).contains(time))
        }

        @Test(.enabled(if: hasBubblewrap))
        func aPluginThatIgnoresShutdownHearsSIGTERMInTheSandbox() throws {
            let process = Probe.process("deaf", sandbox: .required) { $0.shutdownMilliseconds = 50 }
            _ = try process.call("/echo", "x")
            let time = Probe.milliseconds { process.stop() }
            #expect((50..<1000).contains(time))
            #expect(process.state.with { $0.endings[1]?.what } == "it exited with status 9")
        }
    }
}
