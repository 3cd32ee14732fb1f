import Patchbay
import PatchbayModule

/// Makes a program of a plugin's objects: with Patchbay's side of it, which is compiled with Patchbay, and the manifest.
struct ProgramLink {
    let request: BuildRequest
    let tools: Toolchain.Swift

    /// Writes the program.
    /// - Parameters:
    ///   - objects: all of which are linked.
    ///   - shared: of which those are linked that something refers to.
    func link(_ objects: [String], shared: [String]) throws(CommandError) {
        let program = try ProgramPart.find()
        try program.check(tools)
        let library = "\(request.scratch)/sdk.a"
        var parts = [try entry()] + objects
        if !shared.isEmpty {
            try BuildStep(program: tools.archiver, arguments: ["rcs", library] + shared).run()
            parts.append(library)
        }
        var arguments = ["-static-stdlib", "-use-ld=lld", "-Xlinker", "--gc-sections", "-o", request.module]
        if !request.isDebug { arguments += ["-Xlinker", "-s"] }
        arguments += parts + [program.object, "-lm"]
        try BuildStep(program: tools.compiler, arguments: arguments).run()
    }

    /// The beginning of the program as an object.
    private func entry() throws(CommandError) -> String {
        var manifest = request.project.manifest
        manifest.abi = PluginInterface.version
        let json = manifest.json(isIndented: false)
        let bytes = json.span.indices.map { String(json.span[$0]) }.joined(separator: ",")
        let text = """
            #include <stddef.h>
            #include <stdint.h>
            int32_t patchbay_call(int32_t, void *);
            void *patchbay_allocate(uint32_t);
            void patchbay_free(void *);
            __attribute__((weak)) void patchbay_guest_install_host(const void *);
            _Noreturn void patchbay_serve(
                const uint8_t *, ptrdiff_t, int32_t (*)(int32_t, void *), void *(*)(uint32_t), void (*)(void *),
                void (*)(const void *));
            static const uint8_t manifest[] = {\(bytes)};
            int main(void)
            {
                patchbay_serve(
                    manifest, sizeof manifest, patchbay_call, patchbay_allocate, patchbay_free,
                    patchbay_guest_install_host);
            }

            """
        let source = "\(request.scratch)/program.c"
        let code = Array(text.utf8)
        try Files.write(source, code.span)
        let object = "\(request.scratch)/program.o"
        try BuildStep(program: tools.clang, arguments: PluginForm.process.cFlags + ["-c", source, "-o", object]).run()
        return object
    }
}

/// Patchbay's side of a plugin's program, one object that `make build` makes.
struct ProgramPart {
    let object: String
    /// The compiler that made it, in its own words.
    private var version: String { "\(object).swift" }

    /// Finds it: in the installation, or beside the program that was built in a checkout.
    static func find() throws(CommandError) -> ProgramPart {
        let folder = Path.parent(Files.resolved("/proc/self/exe") ?? "/")
        let places = ["\(Path.parent(folder))/lib/patchbay", folder]
        guard let place = places.first(where: { Files.kind("\($0)/plugin-program.o") == .file }) else {
            throw CommandError(
                .environment, "what plugins that are programs are linked with is not installed",
                advice: "'make build' makes it in a checkout, 'make install' installs it")
        }
        return ProgramPart(object: "\(place)/plugin-program.o")
    }

    /// Throws when it was made with another compiler than `tools`: the two share one runtime of the language.
    func check(_ tools: Toolchain.Swift) throws(CommandError) {
        let made = try Files.text(version)
        _ = try BuildCache.standard().folder("program", of: [tools.fingerprint, made]) {
            (_) throws(CommandError) in
            let own = try Subprocess(tools.compiler, ["--version"], output: .captured(limit: 4096)).run().output.text
            guard own == made else {
                throw CommandError(
                    .environment, "plugins that are programs need the compiler that built patchbay",
                    advice: "patchbay was built with \(Self.firstLine(made)); this is \(Self.firstLine(own))")
            }
        }
    }

    private static func firstLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "an unknown one"
    }
}
