import PatchbayGuest

func plugin() {
    // One record of each line with an equals sign; what is no such line is reported as a region.
    parser(
        making: .text("name", "What stands before the first equals sign."), .text("text", "What stands behind it.")
    ) { input, output in
        if input.continuesDiscarded { skipLine(&input, .tooLarge) }
        while !output.isFull {
            let rest = input.bytes
            let length = rest.position(of: UInt8(ascii: "\n"))
            let isComplete = length < rest.count
            guard length > 0 || isComplete, isComplete || input.isLast else { return }
            let line = rest.extracting(0..<length)
            let sign = line.position(of: UInt8(ascii: "="))
            if sign < length {
                output.set("value", line)
                output.set("name", line.extracting(0..<sign))
                output.set("text", line.extracting(sign + 1..<length))
                output.emit()
                input.consume(isComplete ? length + 1 : length)
            } else {
                skipLine(&input, .invalid)
            }
        }
    }
}
