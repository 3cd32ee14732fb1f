/// Which columns the stages behind a stage will read: lets a parser leave the others out.
public struct FieldRequest: Sendable, Equatable {
    /// Names asked for, each once.
    public private(set) var names: [String]
    /// Whether every field that is not on demand is wanted too.
    public var all: Bool

    /// A request for `names`, and all other fields if `all`.
    public init(names: [String] = [], all: Bool = false) {
        self.names = []
        self.all = all
        for name in names { insert(name) }
    }

    /// Nothing but key, value and time.
    public static var none: Self { FieldRequest() }
    /// Every field that is not on demand.
    public static var everything: Self { FieldRequest(all: true) }

    /// Adds a name.
    public mutating func insert(_ name: String) {
        if !lists(name) { names.append(name) }
    }

    /// Takes a name out.
    public mutating func remove(_ name: String) {
        names.removeAll { $0.utf8.elementsEqual(name.utf8) }
    }

    /// Adds what another consumer wants.
    public mutating func formUnion(_ other: FieldRequest) {
        all = all || other.all
        for name in other.names { insert(name) }
    }

    /// Whether `name` is asked for by name.
    public func lists(_ name: String) -> Bool {
        names.contains { $0.utf8.elementsEqual(name.utf8) }
    }

    /// Whether a column for this field has to be made.
    public func wants(_ field: Field) -> Bool {
        (all && !field.isOnDemand) || lists(field.name)
    }
}
