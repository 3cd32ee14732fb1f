/// Names of the contract between a host and a plugin that is a program of its own; see `docs/process-plugins.md`.
public enum Wire {
    /// The version of the contract that this build speaks.
    public static let version = 1
    /// The media type of records as frames.
    public static let frames = "application/vnd.patchbay.frame"
    /// The media type of records as JSON lines.
    public static let jsonLines = "application/x-ndjson"
    /// The media type of bytes.
    public static let bytes = "application/octet-stream"
    /// The media type of everything else.
    public static let json = "application/json"
}

/// The headers of the contract.
public enum WireHeader {
    /// Which instance a request is for.
    public static let instance = "Patchbay-Instance"
    /// Where the body lies in its part.
    public static let position = "Patchbay-Position"
    /// Most records, or most bytes.
    public static let limit = "Patchbay-Limit"
    /// Flags of both directions.
    public static let flags = "Patchbay-Flags"
    /// The name of an operation of a capability.
    public static let operation = "Patchbay-Operation"
    /// Milliseconds until the host gives up.
    public static let deadline = "Patchbay-Deadline"
    /// Bytes that were consumed.
    public static let consumed = "Patchbay-Consumed"
    /// The part that bytes come from.
    public static let part = "Patchbay-Part"
    /// Records left out on purpose.
    public static let dropped = "Patchbay-Dropped"
    /// Records beyond one for each that came in.
    public static let added = "Patchbay-Added"
    /// What the frames of a body are.
    public static let parts = "Patchbay-Parts"
    /// By which a plugin shows that it is the one that was started.
    public static let peer = "Patchbay-Peer"
}

/// The flags of the contract.
public enum WireFlag: String, Sendable {
    /// The part ends with the input.
    case last
    /// The beginning of the record in progress was thrown away.
    case discarded
    /// The call may wait up to 100 ms.
    case mayWait = "may-wait"
    /// Even the end of the input lies in a discarded record.
    case stillDiscarding = "still-discarding"
    /// Nothing has arrived.
    case nothingYet = "nothing-yet"
    /// The part has ended.
    case endOfPart = "end-of-part"
    /// All parts have ended.
    case end
    /// No further record can pass.
    case saturated
    /// There are more results: call again.
    case more
}

/// What a frame of an answer is.
public enum WirePart: String, Sendable {
    /// Results.
    case records
    /// The rows that stay.
    case selection
    /// Records that were refused.
    case errors
    /// Bytes that became no record.
    case regions
}
