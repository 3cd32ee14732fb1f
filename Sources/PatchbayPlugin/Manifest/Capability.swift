/// A thing that a plugin can do, by type and name: `("parser", "dlt")`, `("greeting", "polite")`.
///
/// The types named after a ``Role`` are known to the pipeline engine; a host application may define any others and
/// call them with bytes in and bytes out (``CapabilityPlugin``).
public struct Capability: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The contract: a role's name, or a type that the host application defines.
    public let type: String
    /// Which one of that type.
    public let name: String

    /// A capability.
    public init(type: String, name: String) {
        self.type = type
        self.name = name
    }

    /// The capability to play `role` under `name`.
    public init(_ role: Role, name: String) {
        self.init(type: role.rawValue, name: name)
    }

    /// The role, if the type is one.
    public var role: Role? { Role(rawValue: type) }

    /// `type/name`.
    public var description: String { "\(type)/\(name)" }
}
