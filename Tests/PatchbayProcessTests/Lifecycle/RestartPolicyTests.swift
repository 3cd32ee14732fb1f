import PatchbayPlugin
import Testing

@testable import PatchbayProcess

@Suite struct RestartPolicyTests {
    private let error = PluginError(.crashed, "it crashed")

    @Test func pausesGrow() {
        let pauses = (0..<12).map { RestartPolicy.pause(after: $0) / 1_000_000 }
        #expect(pauses == [0, 0, 10, 20, 40, 80, 160, 320, 500, 500, 500, 500])
        #expect(RestartPolicy.pause(after: .max) == 500_000_000)
    }

    @Test func theCircuitOpensForAWhileAndThenTriesOnce() {
        var policy = RestartPolicy()
        for _ in 0..<RestartPolicy.crashLimit { policy.crashed(at: 1000, error) }
        guard case .refuse(let left) = policy.verdict(at: 1000) else {
            Issue.record("it is not open")
            return
        }
        #expect(left == RestartPolicy.openTime)
        let later = 1000 + RestartPolicy.openTime
        guard case .start = policy.verdict(at: later) else {
            Issue.record("it does not try again")
            return
        }
        policy.crashed(at: later, error)
        guard case .refuse = policy.verdict(at: later + 1) else {
            Issue.record("it did not open again")
            return
        }
    }

    @Test func anAnswerCountsCrashesAnew() {
        var policy = RestartPolicy()
        for _ in 0..<10 * RestartPolicy.crashLimit {
            policy.crashed(at: 0, error)
            policy.answered()
        }
        guard case .start(after: 0) = policy.verdict(at: 0) else {
            Issue.record("crashes with answers between them count")
            return
        }
    }
}
