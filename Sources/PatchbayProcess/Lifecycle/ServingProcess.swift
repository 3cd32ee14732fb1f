package import PatchbayPlugin
package import PatchbayWire

/// A connection to a serving process.
package struct ServedConnection {
    /// The connection; requests carry the process's token.
    package let http: HTTPConnection
    /// Which start of the program it leads to.
    package let generation: UInt64

    package init(http: HTTPConnection, generation: UInt64) {
        self.http = http
        self.generation = generation
    }
}

/// What a session has against a process.
package enum ServingFault: Sendable {
    /// The connection broke, or the process ended.
    case broke(WireError)
    /// A call passed its deadline of so many milliseconds.
    case timedOut(milliseconds: Int)
    /// It answered something that the contract does not allow, so that nothing else can be relied on.
    case nonsense(String)
}

/// A program that serves, as its sessions see it: started when it is first needed, shared by all who hold it.
///
/// Safe to use from any thread; calls may wait as long as their deadlines say.
package protocol ServingProcess: AnyObject, Sendable {
    /// How it is talked to.
    var interface: ProcessInterface { get }
    /// A session begins: the process is kept while there are any, and what it logs for the scope's stage goes there.
    func attach(_ scope: StageScope, logLinesPerSecond: Int)
    /// A session ends.
    func detach(_ scope: StageScope)
    /// A connection to the process, which is started if none runs, and has said that it is ready.
    ///
    /// Throws when it does not start, with the end of what it wrote on standard error; with an error that is final when it
    /// has crashed so often that it is not started again for a while.
    func connect(deadline: Deadline) throws(PluginError) -> ServedConnection
    /// Ends the process with its group if it is still the one of `generation`; returns what to say.
    func fail(_ generation: UInt64, _ fault: ServingFault) -> PluginError
    /// A call was answered: crashes count anew.
    func succeeded(_ generation: UInt64)
}
