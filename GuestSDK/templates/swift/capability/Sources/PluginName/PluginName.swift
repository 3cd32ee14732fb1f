import PatchbayGuest

func plugin() {
    capability("greeting/plugin-name") { operation, input, output throws(PluginFailure) in
        guard operation.isText("hello") else { throw PluginFailure("there is no such operation") }
        output.append("Hello, ")
        output.append(input)
        output.append("!")
    }
}
