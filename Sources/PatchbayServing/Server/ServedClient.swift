internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// One connection of a host: its requests, one after the other.
struct ServedClient {
    private let http: HTTPConnection
    private let router: RequestRouter
    private let activity: ServerActivity

    /// Time for a connection to show that it is a host's, and for a body to arrive.
    private static let patience = 30_000

    private static var soon: Deadline { .after(milliseconds: patience) }

    /// What a request got only a part of, and gets the rest of when it comes again.
    private struct Unfinished {
        let target: String
        let instance: String?
        var rest: PendingResults
    }

    init(_ http: HTTPConnection, _ router: RequestRouter, _ activity: ServerActivity) {
        self.http = http
        self.router = router
        self.activity = activity
    }

    /// Answers requests until the host closes the connection, or something comes that is no request. True when the
    /// process shall end.
    func serve() -> Bool {
        var unfinished: Unfinished?
        var frames = AnswerFrames()
        var isKnown = false
        while http.isUsable {
            do throws(WireError) {
                let deadline = isKnown ? Deadline.never : .after(milliseconds: Self.patience)
                guard let head = try http.receiveHead(deadline: deadline) else { return false }
                activity.begin()
                defer { activity.end() }
                if var refusal = router.refusal(head) {
                    // Closed with bytes in it, a socket could take the answer away from the host.
                    let isRead = (try? http.receiveBody(of: head, limit: 64 << 10, deadline: Self.soon)) != nil
                    if !isRead { refusal.answer.fields.append("Connection", "close") }
                    try send(refusal)
                    guard isRead else { return false }
                    continue
                }
                isKnown = true
                let body = try http.receiveBody(
                    of: head, limit: RequestRouter.bodyLimit, deadline: Self.soon)
                var routed: RoutedAnswer
                if let known = unfinished, known.target == head.target,
                    known.instance == head.fields[WireHeader.instance],
                    known.rest.input.span.elementsEqual(body.span)
                {
                    routed = Self.rest(known.rest, &frames)
                } else {
                    routed = router.route(head, body)
                }
                unfinished = nil
                if let rest = routed.answer.rest {
                    routed.answer.set([.more])
                    unfinished = Unfinished(
                        target: head.target, instance: head.fields[WireHeader.instance], rest: rest)
                }
                try send(routed)
                if routed.endsProcess { return true }
            } catch {
                if error.code == .malformed || error.code == .tooLarge { refuse(error) }
                return false
            }
        }
        return false
    }

    private static func rest(_ pending: PendingResults, _ frames: inout AnswerFrames) -> RoutedAnswer {
        do throws(PluginError) {
            return RoutedAnswer(answer: try frames.answer(pending.batches, showing: pending.input))
        } catch {
            return .error(error)
        }
    }

    private func send(_ routed: RoutedAnswer) throws(WireError) {
        try http.answer(routed.status, routed.answer.fields, body: routed.answer.body, deadline: .never)
    }

    /// Says why a request was not understood, if that can still be said.
    private func refuse(_ error: WireError) {
        let status = error.code == .tooLarge ? 413 : 400
        try? http.answer(
            status, ["Content-Type": Wire.json, "Connection": "close"],
            body: [ErrorMessage(PluginError(.input, error.message)).json()], deadline: .after(milliseconds: 1000))
    }
}
