import PatchbayGuest

func plugin() { export(PluginName.self) }

/// A class, as the file is closed with it.
final class PluginName: ByteSourcePlugin {
    let file: HostFile

    init(_ options: Options) throws(PluginFailure) {
        guard let path = options.text("path") else { throw PluginFailure("there is no path", kind: .options) }
        do throws(HostError) { file = try HostFile(path) } catch { throw PluginFailure("the file cannot be opened") }
    }

    func read(into buffer: inout MutableSpan<UInt8>, mayWait: Bool) throws(PluginFailure) -> ByteSourceStatus {
        do throws(HostError) {
            let count = try file.read(into: &buffer)
            return count > 0 ? .bytes(count) : .end
        } catch {
            throw PluginFailure("the file cannot be read")
        }
    }
}
