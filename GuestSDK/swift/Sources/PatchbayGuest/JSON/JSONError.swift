internal import CPatchbayGuest

/// What is wrong with JSON text, and where.
public struct JSONError: Error {
    /// What is wrong, for people.
    public let message: Message
    /// The byte at which it is, counted from the beginning of the text.
    public let position: Int

    init(_ code: Int32, _ position: Int) {
        self.position = position
        switch Int(code) {
        case PATCHBAY_GUEST_JSON_BAD_STRING: message = "a control character or an unknown escape in a JSON string"
        case PATCHBAY_GUEST_JSON_BAD_NUMBER: message = "a JSON number is malformed"
        case PATCHBAY_GUEST_JSON_CUT_OFF: message = "the JSON text ends too early"
        case PATCHBAY_GUEST_JSON_TOO_DEEP: message = "JSON arrays and objects lie more than 256 deep"
        case PATCHBAY_GUEST_JSON_NO_COMMA: message = "a comma or the closing bracket is missing in JSON text"
        case PATCHBAY_GUEST_JSON_NO_NAME: message = "the name of a JSON member is missing"
        case PATCHBAY_GUEST_JSON_NO_COLON: message = "the colon behind the name of a JSON member is missing"
        case PATCHBAY_GUEST_JSON_TRAILING: message = "something follows the JSON value"
        default: message = "a JSON value is missing"
        }
    }
}
