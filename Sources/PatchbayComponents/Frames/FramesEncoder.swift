import PatchbayCore
import PatchbayFrame
import PatchbayPlugin

/// Writes each batch as one frame; a file of frames is read back by the `frames` parser.
struct FramesEncoder: BatchEncoder {
    /// The writer cannot be copied, an encoder must be; it is used by one thread at a time.
    private final class State {
        var writer = FrameWriter()
    }
    private let state = State()

    /// Appends the frame of `batch`.
    func encode(_ batch: Batch, into output: inout ByteBuffer) throws(PluginError) {
        do {
            try state.writer.write(batch, to: &output)
        } catch {
            throw PluginError(.output, error.message, advice: error.advice)
        }
    }
}
