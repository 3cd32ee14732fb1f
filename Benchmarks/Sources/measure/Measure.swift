internal import PatchbayPlugin

/// Measures single calls of plugins; each command prints one line of JSON. `Benchmarks/run` starts it.
@main
struct Measure {
    private static let usage = """
        usage: measure filter MODULE CAPABILITY RECORDS SIZE BATCH SECONDS
               measure direct MODULE CAPABILITY RECORDS SIZE BATCH SECONDS
               measure calls MODULE CAPABILITY RECORDS SIZE BATCH CALLS
               measure work MODULE CAPABILITY RECORDS SIZE BATCH SECONDS
               measure built MODULE CAPABILITY RECORDS SIZE BATCH SECONDS
               measure check MODULE CAPABILITY RECORDS SIZE BATCH OUTPUT
               measure start MODULE CACHE COUNT
               measure replace MODULE CAPABILITY COUNT
               measure threads MODULE CAPABILITY RECORDS SIZE BATCH SECONDS THREADS
               measure memory MODULE CAPABILITY COUNT
               measure socket RECORDS SECONDS
        """

    static func main() async throws {
        var arguments = Arguments(CommandLine.arguments.dropFirst())
        let command = try arguments.text()
        switch command {
        case "filter":
            var filter = try FilterMeasurement(&arguments)
            try filter.time(try arguments.number())
        case "direct":
            var filter = try DirectMeasurement(&arguments)
            try filter.time(try arguments.number())
        case "calls": try CallCount.run(&arguments)
        case "work", "built":
            var transform = try TransformMeasurement(&arguments)
            try transform.time(try arguments.number(), building: command == "built")
        case "check":
            var transform = try TransformMeasurement(&arguments)
            try transform.write(to: try arguments.text())
        case "start": try StartMeasurement.run(&arguments)
        case "replace": try ReplacementMeasurement.run(&arguments)
        case "threads": try await ThreadMeasurement.run(&arguments)
        case "memory": try MemoryMeasurement.run(&arguments)
        case "socket": try SocketMeasurement.run(&arguments)
        default: throw MeasureError(description: usage)
        }
    }
}

/// What is wrong with a measurement.
struct MeasureError: Error, CustomStringConvertible {
    let description: String
}

/// The words of the command line, one after the other.
struct Arguments {
    private var rest: ArraySlice<String>

    init(_ words: ArraySlice<String>) { rest = words }

    mutating func text() throws(MeasureError) -> String {
        guard let word = rest.popFirst() else {
            throw MeasureError(description: "a word is missing on the command line")
        }
        return word
    }

    mutating func count() throws(MeasureError) -> Int {
        let word = try text()
        guard let number = Int(word), number > 0 else { throw MeasureError(description: "'\(word)' is no count") }
        return number
    }

    mutating func number() throws(MeasureError) -> Double {
        let word = try text()
        guard let number = Double(word), number > 0 else { throw MeasureError(description: "'\(word)' is no number") }
        return number
    }
}
