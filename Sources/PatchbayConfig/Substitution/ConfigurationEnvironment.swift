import PatchbayCore
import PatchbayPlugin

/// Where the values of `${env:NAME}` and `${file:PATH}` come from.
public struct ConfigurationEnvironment: Sendable {
    /// The largest file that a variable may stand for, in bytes.
    public static let fileLimit = 64 << 10

    let variable: @Sendable (_ name: String) throws(ConfigurationError) -> String?
    let file: @Sendable (_ path: String) throws(ConfigurationError) -> String

    /// The variables and files of this process.
    public static var process: ConfigurationEnvironment {
        ConfigurationEnvironment(
            variable: { (name) throws(ConfigurationError) in try ProcessFiles.variable(name) },
            file: { (path) throws(ConfigurationError) in
                let bytes = try ProcessFiles.read(path, limit: fileLimit, regularOnly: true)
                guard let text = String(validating: bytes.span) else {
                    throw ConfigurationError(.notText, "the file \(path.quotedForMessage) is not UTF-8")
                }
                return text
            }
        )
    }

    /// Fixed values.
    public init(variables: [String: String], files: [String: String] = [:]) {
        self.init(
            variable: { (name) in variables[name] },
            file: { (path) throws(ConfigurationError) in
                guard let text = files[path] else {
                    throw ConfigurationError(
                        .io,
                        "the file \(path.quotedForMessage) cannot be read",
                        cause: "No such file or directory"
                    )
                }
                return text
            }
        )
    }

    private init(
        variable: @escaping @Sendable (String) throws(ConfigurationError) -> String?,
        file: @escaping @Sendable (String) throws(ConfigurationError) -> String
    ) {
        self.variable = variable
        self.file = file
    }
}
