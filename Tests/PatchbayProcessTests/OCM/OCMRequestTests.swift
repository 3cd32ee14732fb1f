import PatchbayCore
import PatchbayPlugin
import PatchbayWire
import Testing

@testable import PatchbayProcess

@Suite("OCM: capabilities and requests")
struct OCMRequestTests {
    static let schema = #"{"type":"object","required":["type","url"],"properties":{"url":{"type":"string"}}}"#

    static func capabilities(_ text: String) throws -> OCMCapabilities {
        try OCMCapabilities(try JSONReader.read(Bytes(text), file: "plugin"), file: "plugin")
    }

    private static func base64(_ text: String) -> String {
        let bytes = Bytes(text)
        return Base64.encoded(bytes.span)
    }

    private var repository: OCMCapabilities {
        get throws {
            try Self.capabilities(
                """
                {"capabilities":[{"type":"componentVersionRepository","supportedRepositorySpecTypes":[
                {"type":"Dummy/v1","aliases":["Dummy"],"jsonSchema":"\(Self.base64(Self.schema))"},
                {"type":"Other/v1","aliases":null}]}],"supportedConfigTypes":["custom.config/v1"]}
                """)
        }
    }

    private func request(
        _ operation: String, _ input: String, _ capability: Capability, _ known: OCMCapabilities
    ) throws -> OCMRequest {
        let input = Bytes(input)
        return try OCMRequest(operation, of: capability, input: input.span, knowing: known)
    }

    private let dummy = Capability(type: "componentVersionRepository", name: "Dummy/v1")

    @Test("each type of specification becomes a capability")
    func reading() throws {
        let known = try repository
        #expect(
            known.capabilities.map(\.description) == [
                "componentVersionRepository/Dummy/v1", "componentVersionRepository/Other/v1",
            ])
        #expect(known.configurationTypes == ["custom.config/v1"])
    }

    @Test("every capability type with each of its lists", arguments: OCMCapabilityType.allCases)
    func allTypes(type: OCMCapabilityType) throws {
        for list in type.lists {
            let known = try Self.capabilities(
                #"{"capabilities":[{"type":"\#(type.rawValue)","\#(list)":[{"type":"X/v1"}]}]}"#)
            #expect(known.capabilities == [Capability(type: type.rawValue, name: "X/v1")])
            for endpoint in type.endpoints {
                #expect(type.endpoint("/" + endpoint.operation) == endpoint)
            }
        }
    }

    @Test("capability types of later versions are left out; a document of them alone is refused")
    func unknownTypes() throws {
        let known = try Self.capabilities(
            #"""
            {"capabilities":[{"type":"timeMachine"},{"type":"signingHandler/v1","supportedSigningSpecTypes":[{"type":"RSA/v1"}]}]}
            """#)
        #expect(known.unknownTypes == ["timeMachine"])
        #expect(known.capabilities == [Capability(type: "signingHandler", name: "RSA/v1")])
        #expect(throws: PluginError.self) { _ = try Self.capabilities(#"{"capabilities":[{"type":"timeMachine"}]}"#) }
    }

    @Test(
        "documents that are not used",
        arguments: [
            #"{}"#, #"{"capabilities":{}}"#, #"{"capabilities":[1]}"#, #"{"capabilities":[]}"#,
            #"{"capabilities":[{"type":"signingHandler","supportedSigningSpecTypes":[{"type":"a\u0000"}]}]}"#,
            #"{"capabilities":[{"type":"signingHandler","supportedSigningSpecTypes":[{"type":"A","jsonSchema":"%%"}]}]}"#,
            #"{"capabilities":[{"type":"signingHandler","supportedSigningSpecTypes":[{"type":"A","jsonSchema":"e30"}]}]}"#,
        ])
    func malformed(text: String) throws {
        #expect(throws: PluginError.self) { _ = try Self.capabilities(text) }
    }

    @Test("the shape is told from a manifest's")
    func shape() throws {
        func isOCM(_ text: String) throws -> Bool { OCMCapabilities.areIn(try JSONReader.read(Bytes(text), file: "x")) }
        #expect(try isOCM(#"{"capabilities":[{"type":"signingHandler","supportedSigningSpecTypes":null}]}"#))
        #expect(try !isOCM(#"{"manifest":1,"capabilities":[{"type":"signingHandler","name":"x"}]}"#))
        #expect(try !isOCM(#"{"capabilities":[{"type":"filter","name":"x"}]}"#))
    }

    @Test("a query: the repository is checked and stays here, an identity travels in base64")
    func query() throws {
        let made = try request(
            "local-resource/download",
            #"""
            {"request":{"repository":{"type":"Dummy","url":"x"},"name":"a/b ü","version":"1.0.0+x","identity":{"name":"r"}}}
            """#, dummy, try repository)
        #expect(
            made.target
                == "/local-resource/download?name=a%2Fb%20%C3%BC&version=1.0.0%2Bx&identity=eyJuYW1lIjoiciJ9")
        #expect(made.authorization == "{}")
        #expect(made.body.count == 0)
    }

    @Test("a body keeps numbers as they were written")
    func body() throws {
        let made = try request(
            "component-version/upload",
            #"""
            {"request": {"repository": {"type": "Dummy/v1", "url": "x"}, "descriptor": {"n": 12345678901234567890.10}},
             "credentials": {"type": "Credentials/v1", "properties": {"username": "u\u007f"}}}
            """#, dummy, try repository)
        #expect(
            made.body.text
                == #"{"repository":{"type":"Dummy/v1","url":"x"},"descriptor":{"n":12345678901234567890.10}}"#)
        #expect(made.authorization == #"{"type":"Credentials/v1","properties":{"username":"u\u007f"}}"#)
    }

    @Test(
        "requests that are not sent",
        arguments: [
            ("nonsense", "{}", "has no operation"),
            ("component-version/upload", "{}", "the request has no 'repository'"),
            ("component-version/upload", #"{"request":{"repository":{}}}"#, "has no 'type'"),
            ("component-version/upload", #"{"request":{"repository":{"type":"Dummy/v2"}}}"#, "does not know"),
            ("component-version/upload", #"{"request":{"repository":{"type":"Other/v1"}}}"#, "this instance is for"),
            ("component-version/upload", #"{"request":{"repository":{"type":"Dummy/v1"}}}"#, "'url' is missing"),
            ("component-versions", #"{"request":{"repository":{"type":"Dummy/v1","url":7}}}"#, "/url: expected string"),
            ("component-versions", #"{"request":{"name":["a"]}}"#, "'name' must be text"),
            ("component-versions", #"{"requests":{}}"#, "unknown"), ("component-versions", "[]", "an object"),
            ("component-versions", "{", "JSON"), ("component-versions", #"{"request":[]}"#, "must be an object"),
            ("component-versions", #"{"credentials":"secret"}"#, "'credentials' must be an object"),
            ("identity", #"{"request":{"type":{"type":"Dummy","url":""}},"credentials":{}}"#, "takes no credentials"),
        ])
    func refused(operation: String, input: String, message: String) throws {
        let known = try repository
        let error = #expect(throws: PluginError.self) { try request(operation, input, dummy, known) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("secret") != true)
    }

    @Test("credentials: an empty object where plugins ask for one, otherwise nothing")
    func credentials() throws {
        for type in OCMCapabilityType.allCases {
            let known = try Self.capabilities(
                #"{"capabilities":[{"type":"\#(type.rawValue)","\#(type.lists[0])":[{"type":"X/v1"}]}]}"#)
            for endpoint in type.endpoints {
                let input =
                    #"{"request":{"repository":{"type":"X/v1"},"config":{"type":"X/v1"},"credential":{"type":"X/v1"},"#
                    + #""resource":{"access":{"type":"X/v1"},"input":{"type":"X/v1"}},"source":{"input":{"type":"X/v1"}},"#
                    + #""specification":{"type":"X/v1"},"type":{"type":"X/v1"}}}"#
                let given = endpoint.method == .get ? "{}" : input
                let made = try request(
                    endpoint.operation, given, Capability(type: type.rawValue, name: "X/v1"), known)
                let isEmpty = endpoint.isAuthorized && type.sendsEmptyCredentials
                #expect(made.authorization == (isEmpty ? "{}" : nil), "\(type) \(endpoint.operation)")
            }
        }
    }

    @Test("base64, both ways")
    func base64() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            #expect(Self.base64(bytes) == text)
            #expect(Base64.decoded(text)?.text == bytes)
        }
        for text in ["Zg=", "Zg", "Z===", "====", "Zm9v Zm8", "Zg==Zg==", "Zm8-"] {
            #expect(Base64.decoded(text) == nil)
        }
    }
}
