/// Configurations that tests write.
enum Pipelines {
    /// A small pipeline over lines; each part can be replaced.
    static func lines(
        source: String = "{uses: file, with: input.txt}",
        parser: String = "{uses: lines}",
        filter: String = "{uses: where, with: value contains \"a\"}",
        sink: String = "{uses: stdout}",
        rest: String = ""
    ) -> String {
        """
        sources:
          - \(source)
        processors:
          - \(parser)
          - \(filter)
        sinks:
          - \(sink)
        \(rest)
        """
    }
}
