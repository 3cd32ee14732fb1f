/// Makes the inputs of the benchmarks.
@main
struct Generate {
    private static let usage = """
        usage: generate dlt OUTPUT MESSAGES BYTES SEED...
               generate json OUTPUT LINES
        """

    static func main() throws {
        let arguments = CommandLine.arguments
        let written: Int
        switch (arguments.dropFirst().first, arguments.count) {
        case ("dlt", 6...):
            let count = try number(arguments[3])
            let mean = Double(try number(arguments[4])) / Double(count)
            written = try TraceGenerator(seeds: Array(arguments[5...]), meanSize: mean).write(count, to: arguments[2])
        case ("json", 4):
            written = try LogGenerator().write(try number(arguments[3]), to: arguments[2])
        default: throw GenerationError(description: usage)
        }
        print("\(arguments[2]): \(written) bytes")
    }

    private static func number(_ text: String) throws(GenerationError) -> Int {
        guard let number = Int(text), number > 0 else { throw GenerationError(description: "'\(text)' is no count") }
        return number
    }
}
