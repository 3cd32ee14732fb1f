import PatchbayGuest

func plugin() { export(PluginName.self) }

/// A class, as the file is closed with it.
final class PluginName: SinkPlugin {
    let file: HostFile
    /// Lines that wait: a call of the host for each would be slow.
    var lines = ByteWriter()

    init(_ options: Options) throws(PluginFailure) {
        guard let path = options.text("path") else { throw PluginFailure("there is no path", kind: .options) }
        do throws(HostError) { file = try HostFile(path, .write) } catch {
            throw PluginFailure("the file cannot be opened")
        }
    }

    func write(_ record: Record) throws(RecordError) {
        lines.append(record.value.bytes)
        lines.append("\n")
        guard lines.count > 65_536 else { return }
        do throws(PluginFailure) { try writeLines() } catch { throw RecordError(error.message) }
    }

    func flush() throws(PluginFailure) {
        try writeLines()
        do throws(HostError) { try file.sync() } catch { throw PluginFailure("the file cannot be made durable") }
    }

    func stop() throws(PluginFailure) { try writeLines() }

    private func writeLines() throws(PluginFailure) {
        var waiting = ByteWriter()
        swap(&waiting, &lines)
        var done = 0
        while done < waiting.count {
            do throws(HostError) {
                done += try file.write(waiting.bytes.extracting(done..<waiting.count))
            } catch {
                throw PluginFailure("the file cannot be written", kind: .output)
            }
        }
        // Its memory is used again.
        waiting.removeAll()
        swap(&waiting, &lines)
    }
}
