internal import PatchbayCore
internal import PatchbayPlugin
internal import PatchbayWire

/// What a plugin answered to one request; all that it says is still to be checked.
struct ProcessAnswer {
    /// The headers.
    let fields: HTTPFields
    /// The body, in memory that nobody else changes.
    let body: Bytes
    /// False for a request that the plugin need not answer, and does not.
    var isSupported = true

    /// Whether a flag is set.
    func has(_ flag: WireFlag) -> Bool { fields.words(WireHeader.flags).contains(flag.rawValue) }

    /// A header that must be a whole number, if it is there.
    func number(_ name: String) throws(PluginError) -> UInt64? {
        do throws(WireError) {
            return try fields.number(name)
        } catch {
            throw PluginError(.invalidResult, error.message)
        }
    }

    /// The body as one JSON object.
    func json(_ operation: ProcessOperation) throws(PluginError) -> ConfigNode {
        do throws(PluginError) {
            let tree = try JSONReader.read(body, file: "the answer to \(operation.rawValue)")
            guard case .map = tree.content else {
                throw PluginError(.invalidResult, "the answer is no JSON object but \(tree.kindName)")
            }
            return tree
        } catch {
            throw PluginError(.invalidResult, error.message, configuration: error.configuration)
        }
    }
}
