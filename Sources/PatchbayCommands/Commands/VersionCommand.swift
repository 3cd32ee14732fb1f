/// The version of this build.
enum VersionText {
    /// Major, minor and patch.
    static let number = "0.1.0"
    static let line = "patchbay \(number)\n"
}

extension CommandSpec {
    static let version = CommandSpec("version", "Print the version.") { (_, console) throws(CommandError) in
        console.write(VersionText.line)
        return .success
    }
}
