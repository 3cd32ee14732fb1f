import PatchbayCore

/// Why bytes are no frame, or a batch cannot become one: code, place, cause, and what the user can do.
public struct FrameError: Error, Sendable {
    /// What kind of error it is.
    public enum Code: String, Sendable {
        /// The bytes do not begin like a frame.
        case notAFrame = "not_a_frame"
        /// The frame ends before its stated length.
        case truncated
        /// The frame uses a version or feature that this reader does not know.
        case unsupported
        /// The frame does not begin at an address that 8 divides; a copy of the bytes does.
        case misaligned
        /// A header field contradicts another, or lies outside the frame.
        case header
        /// The schema block does not follow its format.
        case schema
        /// The buffer table does not fit the schema or the frame.
        case buffers
        /// The content of a buffer points outside what it refers to.
        case content
        /// The batch is larger than a frame can be.
        case tooLarge = "too_large"
        /// A word is not in the closed vocabulary of its field.
        case vocabulary
        /// The memory given to write to is too small.
        case noRoom = "no_room"
    }

    /// What kind of error it is.
    public let code: Code
    /// Byte position in the frame; nil when a batch could not be written.
    public let offset: Int?
    /// What is wrong, one line.
    public let message: String

    init(_ code: Code, at offset: Int? = nil, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    init(_ error: CoreError) {
        self.init(.tooLarge, "column \(error.column): its bytes in one batch passed 2 GiB")
    }

    /// What the user can do.
    public var advice: String {
        switch code {
        case .unsupported: "read it with the version of Patchbay that wrote it, or a newer one"
        case .misaligned: "copy the bytes to memory aligned to 8 bytes"
        case .tooLarge: "make batches smaller"
        case .vocabulary: "declare the word in the field's order"
        case .noRoom: "ask for the size first"
        default: "the bytes are damaged or were not written as a frame"
        }
    }
}

extension FrameError: CustomStringConvertible {
    /// One line: place, cause and advice.
    public var description: String {
        let place = offset.map { "frame byte \($0): " } ?? "frame: "
        return place + message + "; " + advice
    }
}
