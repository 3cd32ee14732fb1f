import PatchbayGuest

/// Registers a plugin of every role.
public func exportEveryRole() {
    export(Numbers.self, as: "numbers")
    export(Lengths.self, as: "lengths")
    export(Levels.self, as: "levels")
    export(Totals.self, as: "totals")
    export(Pairs.self, as: "pairs")
    export(Counting.self, as: "counting")
    export(Noise.self, as: "noise")
    export(Checking.self, as: "checking")
    capability("greeting/polite") { operation, input, output throws(PluginFailure) in
        guard operation.count > 0 else { throw PluginFailure("there is no such operation") }
        output.append(operation)
        output.append(", dear ")
        output.append(input)
    }
}
