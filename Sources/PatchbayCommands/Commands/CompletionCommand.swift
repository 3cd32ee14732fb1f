extension CommandSpec {
    static let completion = CommandSpec(
        "completion",
        "Print the completions for a shell.",
        details: [
            "bash: put 'source <(patchbay completion bash)' into ~/.bashrc. zsh: the same in ~/.zshrc, behind compinit. "
                + "fish: 'patchbay completion fish > ~/.config/fish/completions/patchbay.fish'."
        ],
        operands: [
            OperandSpec("SHELL", completion: .words(Shell.allCases.map(\.rawValue)), summary: "bash, zsh or fish.")
        ]
    ) { (arguments, console) throws(CommandError) in
        guard let shell = Shell(rawValue: arguments.operands[0]) else {
            throw .usage("there are completions for bash, zsh and fish")
        }
        console.write(shell.completions)
        return .success
    }
}
