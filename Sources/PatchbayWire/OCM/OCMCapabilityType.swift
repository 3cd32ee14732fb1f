/// The capability types of the Open Component Model's plugin contract, version 2.
///
/// Source: `bindings/go/plugin/manager/contracts` of the repository `open-component-model/open-component-model`.
package enum OCMCapabilityType: String, Sendable, CaseIterable {
    /// Stores component versions and the blobs that belong to them.
    case componentVersionRepository
    /// Lists the components of a repository.
    case componentLister
    /// Turns one kind of credentials into others.
    case credentialPlugin
    /// Finds credentials in a store.
    case credentialRepository
    /// Computes digests of resources.
    case digestProcessorRepository
    /// Downloads and uploads resources.
    case resourceRepository
    /// Makes resources and sources of inputs while a component version is put together.
    case inputRepository
    /// Makes blobs of blobs.
    case blobTransformer
    /// Signs and verifies.
    case signingHandler

    /// The type that a capabilities document names, with or without a version behind a slash.
    package init?(named name: String) {
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count == 1 || parts[1] == "v1" else { return nil }
        self.init(rawValue: String(first))
    }

    /// The members of a capability that list the types of specifications it knows; the first is what it is known by.
    package var lists: [String] {
        switch self {
        case .componentVersionRepository, .componentLister: ["supportedRepositorySpecTypes"]
        case .credentialPlugin: ["supportedCredentialPluginTypes"]
        case .credentialRepository: ["supportedCredentialRepositorySpecTypes", "supportedConsumerIdentityTypes"]
        case .digestProcessorRepository, .resourceRepository: ["supportedAccessTypes"]
        case .inputRepository: ["supportedInputTypes"]
        case .blobTransformer: ["supportedTransformerSpecTypes"]
        case .signingHandler: ["supportedSigningSpecTypes"]
        }
    }

    /// Whether calls without credentials carry `{}` in place of nothing: these plugins answer 401 otherwise.
    package var sendsEmptyCredentials: Bool {
        switch self {
        case .componentVersionRepository, .signingHandler: true
        default: false
        }
    }

    /// What can be asked.
    package var endpoints: [OCMEndpoint] {
        switch self {
        case .componentVersionRepository: Self.repositoryEndpoints
        case .componentLister:
            [OCMEndpoint("components/list", checks: [.init(["repository"])]), .identity]
        case .credentialPlugin:
            [
                OCMEndpoint("consumer-identity", checks: [.init(["credential"])], isAuthorized: false),
                OCMEndpoint("resolve"),
            ]
        case .credentialRepository:
            [
                OCMEndpoint("consumer-identity", checks: [.init(["config"])], isAuthorized: false),
                OCMEndpoint(
                    "resolve", checks: [.init(["config"]), .init(["identity"], in: "supportedConsumerIdentityTypes")]),
            ]
        case .digestProcessorRepository:
            [OCMEndpoint("resource/digest/process", checks: [.init(["resource", "access"])]), .identity]
        case .resourceRepository:
            [
                OCMEndpoint("resource/get", checks: [.init(["resource", "access"])]),
                OCMEndpoint("resource/add", checks: [.init(["resource", "access"])]),
                .identity,
            ]
        case .inputRepository:
            [
                OCMEndpoint("resource/process", checks: [.init(["resource", "input"])]),
                OCMEndpoint("source/process", checks: [.init(["source", "input"])]),
                .identity,
            ]
        case .blobTransformer:
            [OCMEndpoint("blob/transform", checks: [.init(["specification"])]), .identity]
        case .signingHandler:
            [
                OCMEndpoint("sign/identity", checks: [.init(["config"])], isAuthorized: false),
                OCMEndpoint("sign", checks: [.init(["config"])]),
                OCMEndpoint("verify/identity", checks: [.init(["config"])], isAuthorized: false),
                OCMEndpoint("verify", checks: [.init(["config"])], answersNothing: true),
            ]
        }
    }

    private static let repositoryEndpoints: [OCMEndpoint] = [
        OCMEndpoint("component-version/download", .get, checks: [.init(["repository"])]),
        OCMEndpoint("component-versions", .get, checks: [.init(["repository"])]),
        OCMEndpoint("component-version/upload", checks: [.init(["repository"])], answersNothing: true),
        OCMEndpoint("local-resource/download", .get, checks: [.init(["repository"])]),
        OCMEndpoint("local-resource/upload", checks: [.init(["repository"])]),
        OCMEndpoint("local-source/download", .get, checks: [.init(["repository"])]),
        OCMEndpoint("local-source/upload", checks: [.init(["repository"])]),
        OCMEndpoint("component-version/check-health", checks: [.init(["repository"])], answersNothing: true),
        .identity,
    ]

    /// The endpoint of an operation, whose name is the path without its first slash.
    package func endpoint(_ operation: String) -> OCMEndpoint? {
        let name = operation.hasPrefix("/") ? String(operation.dropFirst()) : operation
        return endpoints.first { $0.operation == name }
    }
}

/// One thing that a plugin can be asked.
package struct OCMEndpoint: Sendable, Equatable {
    /// How a request is sent.
    package enum Method: String, Sendable {
        /// The members of the request are the query.
        case get = "GET"
        /// The request is the body.
        case post = "POST"
    }

    /// A member of the request that is a typed specification, and where its type must be listed.
    package struct Check: Sendable, Equatable {
        /// The names on the way to it.
        package let path: [String]
        /// The list of the capability; nil for its first one.
        package let list: String?

        init(_ path: [String], in list: String? = nil) {
            self.path = path
            self.list = list
        }
    }

    /// The path without its first slash.
    package let operation: String
    /// How it is sent.
    package let method: Method
    /// The specifications in a request.
    package let checks: [Check]
    /// Whether credentials go with it.
    package let isAuthorized: Bool
    /// Whether an empty answer is a good one.
    package let answersNothing: Bool

    init(
        _ operation: String,
        _ method: Method = .post,
        checks: [Check] = [],
        isAuthorized: Bool = true,
        answersNothing: Bool = false
    ) {
        self.operation = operation
        self.method = method
        self.checks = checks
        self.isAuthorized = isAuthorized
        self.answersNothing = answersNothing
    }

    static let identity = OCMEndpoint("identity", checks: [Check(["type"])], isAuthorized: false)
}
