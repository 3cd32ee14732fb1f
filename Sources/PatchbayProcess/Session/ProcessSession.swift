internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// The host's side of one instance in a process: makes it, asks it, makes another one after a fault.
///
/// A process that broke, hung or answered nonsense is ended, with all instances in it. The next call meets a new process
/// and brings a new instance to where the old one was: created, restored, bound, started. For roles whose results depend on
/// what the old one had taken in the session ends instead, and says so.
final class ProcessSession {
    let capability: Capability
    let configuration: PluginConfiguration
    let process: any ServingProcess
    /// Whether the instance can tell where it would stop.
    private(set) var splits = false
    /// Brings a new instance to where the last one was.
    weak var role: ProcessRole?
    /// Instances replaced after a fault.
    private(set) var reloads: UInt64 = 0

    private var connection: ServedConnection?
    private var instance: (number: String, generation: UInt64)?
    private var hadInstance = false
    private var isEstablishing = false
    private var isStopping = false
    private var scope: StageScope?
    private var context: PluginContext?
    private var isStarted = false
    /// Why nothing can be asked any more: state was lost.
    private var ending: PluginError?
    /// Whether the instance has taken in what only it knows.
    private var holdsState = false
    private var initialState: Bytes?
    /// Whether the last attempt met a process that broke.
    private var didBreak = false
    /// Whether the last call ended in a broken process: the engine looks for the guilty record, and nothing is tried twice.
    private var isDividing = false

    init(_ process: any ServingProcess, _ capability: Capability, _ configuration: PluginConfiguration) {
        self.process = process
        self.capability = capability
        self.configuration = configuration
    }

    deinit {
        // The process outlives the session: it should not keep an instance that nobody can reach.
        if let connection, let instance, connection.http.isUsable {
            let soon = Deadline.after(milliseconds: 1000)
            do throws(WireError) {
                try connection.http.send(
                    "POST", ProcessOperation.destroy.target, [WireHeader.instance: instance.number], deadline: soon)
                _ = try connection.http.receiveHead(deadline: soon)
            } catch {
                // It is gone then.
            }
        }
        if let scope { process.detach(scope) }
    }

    // MARK: Life

    private func attach() {
        let wanted = context?.scope ?? configuration.scope
        guard scope !== wanted else { return }
        if let scope { process.detach(scope) }
        process.attach(wanted, logLinesPerSecond: configuration.limits.logLinesPerSecond)
        scope = wanted
    }

    /// The connection, with an instance at its other end; both are made if need be.
    private func live() throws(PluginError) -> ServedConnection {
        if let connection, connection.http.isUsable { return connection }
        if let ending { throw ending }
        attach()
        connection = nil
        let patience = max(configuration.limits.millisecondsPerCall ?? 0, 10_000)
        let fresh = try process.connect(deadline: .after(milliseconds: patience))
        if let instance {
            if instance.generation == fresh.generation {
                connection = fresh
                return fresh
            }
            if isEstablishing || isStopping {
                didBreak = true
                throw PluginError(.crashed, "the process ended while it was prepared")
            }
            self.instance = nil
            if let final = final(PluginError(.crashed, "the process has ended")) { throw final }
        }
        connection = fresh
        if !isEstablishing { try establish(fresh.generation) }
        return connection ?? fresh
    }

    private func establish(_ generation: UInt64) throws(PluginError) {
        isEstablishing = true
        defer { isEstablishing = false }
        if hadInstance { reloads += 1 }
        do throws(PluginError) {
            try create(generation)
            if let initialState { try sendState(initialState) }
            if hadInstance {
                try role?.resume()
                if isStarted { _ = try invoke(.start, optional: true) }
            }
            hadInstance = true
        } catch {
            connection = nil
            instance = nil
            throw error
        }
    }

    private func create(_ generation: UInt64) throws(PluginError) {
        var json = JSONWriter()
        json.object { json in
            json.key("capability")
            json.object { json in
                json.member("type", capability.type)
                json.member("name", capability.name)
            }
            json.key("options")
            json.object { json in
                for (name, value) in configuration.values.sorted(by: { $0.key < $1.key }) {
                    json.key(name)
                    json.value(value)
                }
            }
            json.member("stage", configuration.stage)
            json.member("grants", configuration.grants.all.map(\.description))
        }
        let answer = try invoke(.create, body: [json.finish()])
        do throws(PluginError) {
            let tree = try answer.json(.create)
            guard case .integer(let number) = tree["instance"]?.content, number >= 0 else {
                throw PluginError(.invalidResult, "the answer names no instance")
            }
            if case .bool(true) = tree["splits"]?.content { splits = true } else { splits = false }
            instance = (String(number), generation)
        } catch {
            throw judged(error, .create)
        }
    }

    /// Makes the instance if there is none: options that do not fit show now.
    func prepare() throws(PluginError) { _ = try repeating(.create) { () throws(PluginError) in _ = try live() } }

    func start(_ context: PluginContext) throws(PluginError) {
        self.context = context
        attach()
        _ = try invoke(.start, optional: true)
        isStarted = true
    }

    /// Ends the instance; a failure is logged, for there is nobody left to fail.
    func stop() {
        defer {
            if let scope { process.detach(scope) }
            scope = nil
        }
        guard instance != nil, ending == nil else { return }
        isStopping = true
        do throws(PluginError) {
            _ = try invoke(.stop, optional: true)
            _ = try invoke(.destroy, optional: true)
        } catch {
            context?.log(.warning, "while stopping: \(error.description)")
        }
        isStopping = false
        isStarted = false
        instance = nil
        connection = nil
    }

    // MARK: State

    /// The state of the instance; nil when it offers none.
    func saveState() throws(PluginError) -> Bytes? {
        let answer = try invoke(.save, optional: true)
        return answer.isSupported ? answer.body : nil
    }

    /// Gives the instance a state that ``saveState()`` returned.
    func restore(_ state: Bytes) throws(PluginError) {
        _ = try live()
        try sendState(state)
        initialState = state
        holdsState = true
    }

    private func sendState(_ state: Bytes) throws(PluginError) {
        _ = try invoke(.restore, type: Wire.bytes, body: [state])
    }

    // MARK: Calls

    /// Asks the instance.
    ///
    /// - Parameters:
    ///   - type: what the body is.
    ///   - optional: whether it is no error that the plugin does not know the request.
    /// - Throws: what the plugin answered when it refused; what happened when it did not answer.
    func invoke(
        _ operation: ProcessOperation, _ fields: HTTPFields = [:], type: String = Wire.json, body: [Bytes] = [],
        optional: Bool = false
    ) throws(PluginError) -> ProcessAnswer {
        let request = ProcessRequest(
            operation: operation, fields: fields, type: type, body: body, isOptional: optional)
        if isEstablishing || isStopping { return try attempt(request) }
        return try repeating(operation) { () throws(PluginError) in try attempt(request) }
    }

    /// Asks once more when the process broke, unless it would be asked for the guilty record.
    private func repeating<Result>(
        _ operation: ProcessOperation, _ body: () throws(PluginError) -> Result
    ) throws(PluginError) -> Result {
        didBreak = false
        do throws(PluginError) {
            return try body()
        } catch {
            guard didBreak else { throw error }
            if isDividing || error.isFinal || !operation.isRepeatable {
                isDividing = true
                throw error
            }
        }
        didBreak = false
        do throws(PluginError) {
            return try body()
        } catch {
            if didBreak { isDividing = true }
            throw error
        }
    }

    private func attempt(_ request: ProcessRequest) throws(PluginError) -> ProcessAnswer {
        var connection = try live()
        if request.operation.leavesState { holdsState = true }
        let limit = configuration.limits.millisecondsPerCall
        let deadline = Deadline.after(milliseconds: limit)
        var pause = GrowingPause()
        while true {
            let (head, body) = try exchange(request, connection, deadline)
            if head.status < 400 {
                if request.operation.carriesData {
                    isDividing = false
                    process.succeeded(connection.generation)
                }
                return ProcessAnswer(fields: head.fields, body: body)
            }
            let refusal = ErrorMessage(status: head.status, body: body)
            if request.isOptional, head.status == 404 || refusal.error.code == .unsupported {
                return ProcessAnswer(fields: head.fields, body: body, isSupported: false)
            }
            // A refusal is an answer: the instance goes on.
            guard refusal.isRetryable, pause.wait(until: deadline) else { throw refusal.error }
            connection = try live()
        }
    }

    private func exchange(
        _ request: ProcessRequest, _ connection: ServedConnection, _ deadline: Deadline
    ) throws(PluginError) -> (HTTPHead, Bytes) {
        do throws(WireError) {
            let http = connection.http
            let fields = request.fields(instance: instance?.number, deadline)
            try http.send("POST", request.operation.target, fields, body: request.body, deadline: deadline)
            var interim = 0
            while true {
                guard let head = try http.receiveHead(deadline: deadline) else {
                    throw WireError(.closed, "the connection was closed without an answer")
                }
                // 100 and its like announce the answer.
                if (100..<200).contains(head.status), interim < 8 {
                    interim += 1
                    continue
                }
                guard (200..<300).contains(head.status) || (400..<600).contains(head.status) else {
                    throw WireError(.malformed, "it answered with status \(head.status)")
                }
                let body = try http.receiveBody(
                    of: head, limit: configuration.limits.outputBytesPerCall, deadline: deadline)
                return (head, body)
            }
        } catch {
            throw fault(ServingFault(error, configuration.limits), connection.generation).during(request.operation)
        }
    }

    // MARK: Faults

    /// The process is of no further use; returns what to say about it.
    private func fault(_ fault: ServingFault, _ generation: UInt64) -> PluginError {
        connection?.http.cancel()
        connection = nil
        instance = nil
        if case .broke = fault { didBreak = true }
        let error = process.fail(generation, fault)
        return final(error) ?? error
    }

    /// The error that ends the session, if state is lost.
    private func final(_ error: PluginError) -> PluginError? {
        guard holdsState, let loss = capability.loss else { return nil }
        var final = error
        final.message += ", and \(loss)"
        final.isFinal = true
        ending = final
        return final
    }

    /// What to throw for an error in reading an answer: when the answer was nonsense the process is ended.
    func judged(_ error: PluginError, _ operation: ProcessOperation) -> PluginError {
        let error = error.during(operation)
        guard error.code == .invalidResult, let connection else { return error }
        return fault(.nonsense(error.description), connection.generation).during(operation)
    }

    /// The instance broke off in the middle of something that goes over several calls: the next call makes a new one.
    func abandon() {
        guard instance != nil else { return }
        connection = nil
        instance = nil
    }
}

extension ServingFault {
    init(_ error: WireError, _ limits: PluginLimits) {
        switch error.code {
        case .timedOut: self = .timedOut(milliseconds: limits.millisecondsPerCall ?? 0)
        case .malformed, .tooLarge: self = .nonsense(error.message)
        case .closed, .brokenOff, .exited, .io: self = .broke(error)
        }
    }
}
