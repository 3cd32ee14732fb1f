import PatchbayCore
import PatchbayNative
import PatchbayPlugin

/// A program with plugins that is no pipeline: it defines a capability type, registers two implementations, lists what
/// it has of that type, and picks by name.
@main
struct Program {
    static func main() throws {
        var registry = PluginRegistry()
        try registry.register(Adler32.self)
        try registry.register(FNV1a.self)

        for (capability, factory) in registry.all(ofType: Digest.type) {
            print("\(capability): \(factory.manifest.summary)")
        }

        let input = Bytes("Wikipedia")
        print("adler32 \(try registry.digest(of: input.span, by: "adler32"))")
        print("fnv1a   \(try registry.digest(of: input.span, by: "fnv1a"))")
        do {
            _ = try registry.digest(of: input.span, by: "md5")
        } catch {
            print("md5     \(error)")
        }
    }
}
