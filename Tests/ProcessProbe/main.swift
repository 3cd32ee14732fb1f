// A program for tests of the life of processes. As `ProcessProbe PLUGIN-MODE server` it is a plugin that behaves or
// misbehaves; as `ProcessProbe host MODE MARK SANDBOX` a host that starts itself as such a plugin, says so, and waits.
import Glibc

let arguments = CommandLine.arguments
switch arguments.dropFirst().first {
case "host" where arguments.count == 5: ProbeHost.run(mode: arguments[2], mark: arguments[3], sandbox: arguments[4])
case "measure" where arguments.count == 5:
    ProbeHost.measure(mode: arguments[2], sandbox: arguments[3], rounds: Int(arguments[4]) ?? 1)
case let mode?: ProbePlugin(mode: mode).run()
case nil: exit(2)
}
