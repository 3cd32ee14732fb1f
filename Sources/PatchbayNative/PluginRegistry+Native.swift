public import PatchbayPlugin

// One overload per role: the type system then knows which case of PluginInstance a type belongs to.
extension PluginRegistry {
    /// Registers a Swift type as byte source.
    public mutating func register<P: SwiftPlugin & ByteSourcePlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .byteSource($0) })
    }

    /// Registers a Swift type as source of records.
    public mutating func register<P: SwiftPlugin & SourcePlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .source($0) })
    }

    /// Registers a Swift type as parser.
    public mutating func register<P: SwiftPlugin & ParserPlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .parser($0) })
    }

    /// Registers a Swift type as parser that recognizes its inputs.
    public mutating func register<P: RecognizingParserPlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(
            NativeFactory(type, origin: origin, recognize: { P.recognizes($0) }, options: { P.options(for: $0) }) {
                .parser($0)
            }
        )
    }

    /// Registers a Swift type as filter.
    public mutating func register<P: SwiftPlugin & FilterPlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .filter($0) })
    }

    /// Registers a Swift type as transform.
    public mutating func register<P: SwiftPlugin & TransformPlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .transform($0) })
    }

    /// Registers a Swift type as aggregate.
    public mutating func register<P: SwiftPlugin & AggregatePlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .aggregate($0) })
    }

    /// Registers a Swift type as validator.
    public mutating func register<P: SwiftPlugin & ValidatorPlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .validator($0) })
    }

    /// Registers a Swift type as sink.
    public mutating func register<P: SwiftPlugin & SinkPlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .sink($0) })
    }

    /// Registers a Swift type as implementation of capabilities that the host defines.
    public mutating func register<P: SwiftPlugin & CapabilityPlugin>(
        _ type: P.Type,
        origin: String = "host"
    ) throws(PluginError) where P: SendableMetatype {
        try register(NativeFactory(type, origin: origin) { .capability($0) })
    }
}
