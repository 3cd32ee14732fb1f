import Testing

@testable import PatchbayModule

/// The examples of FIPS 180-4, and lengths around the padding's borders against pieces.
struct SHA256Tests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func examples(_ text: String, _ digest: String) {
        #expect(SHA256.hexadecimal(Array(text.utf8).span) == digest)
    }

    @Test func millionLetters() {
        let digest = SHA256.hexadecimal([UInt8](repeating: 0x61, count: 1_000_000).span)
        #expect(digest == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(arguments: 50...130)
    func piecesMakeNoDifference(_ length: Int) {
        let bytes = (0..<length).map { UInt8($0) }
        var digest = SHA256()
        digest.update(bytes.span.extracting(0..<length / 3))
        digest.update(bytes.span.extracting(length / 3..<length))
        #expect(digest.hexadecimal() == SHA256.hexadecimal(bytes.span))
    }
}
