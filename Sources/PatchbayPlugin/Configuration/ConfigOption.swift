/// One option of a plugin: its type, default, limits and what it is for.
public struct ConfigOption: Sendable {
    /// What values an option takes.
    public indirect enum Kind: Sendable, Equatable {
        /// Text; one of `choices` when there are any.
        case string(choices: [String] = [])
        /// A whole number within a range.
        case integer(ClosedRange<Int64> = Int64.min...Int64.max)
        /// Any number within a range.
        case number(ClosedRange<Double> = -Double.infinity...Double.infinity)
        /// True or false.
        case boolean
        /// A number of bytes, written `65536`, `64KiB` or `1MB`.
        case size
        /// A time span, written `250ms`, `10s`, `5m`, `2h`.
        case duration
        /// A list; a single value stands for a list of one.
        case list(of: Kind)
        /// A mapping from names to values.
        case map(of: Kind)
        /// Anything.
        case any
    }

    /// What a path among the options is for.
    public enum PathUse: String, Sendable {
        /// Files that are read: a path, or a shell pattern.
        case input
        /// A file that is written.
        case output
    }

    /// The key.
    public var name: String
    /// What values it takes.
    public var kind: Kind
    /// The value when it is left out.
    public var defaultValue: ConfigNode?
    /// Whether it must be given.
    public var isRequired: Bool
    /// Whether its value must not appear in any output.
    public var isSecret: Bool
    /// What the texts are for when they are paths: relative ones start at the configuration's directory.
    public var path: PathUse?
    /// One sentence for help, with the unit.
    public var summary: String

    /// An option.
    public init(
        _ name: String,
        _ kind: Kind,
        default defaultValue: ConfigNode? = nil,
        isRequired: Bool = false,
        isSecret: Bool = false,
        path: PathUse? = nil,
        summary: String
    ) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.isSecret = isSecret
        self.path = path
        self.summary = summary
    }
}

/// The options of a plugin. Keys that are not in it are errors.
public struct ConfigSchema: Sendable {
    /// The options, in the order of the help.
    public var options: [ConfigOption]
    /// The option that a plain value stands for, so that `with: errors.dlt` is enough.
    public var shorthand: String?

    /// A schema.
    public init(_ options: [ConfigOption] = [], shorthand: String? = nil) {
        self.options = options
        self.shorthand = shorthand
    }

    /// The option called `name`.
    public func option(_ name: String) -> ConfigOption? { options.first { $0.name == name } }
}
