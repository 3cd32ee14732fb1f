#compdef patchbay
# Completions of patchbay for zsh.
_patchbay() {
    local -a commands
    commands=(
        'cat:Show what is in files: parse, choose, format. Needs no configuration.'
        'inspect:Say what is in files: counts per level and other words, times, sizes, damage.'
        'run:Run the pipeline of a configuration.'
        'validate:Check configurations without reading any data.'
        'graph:Draw the pipeline of a configuration.'
        'components:List what pipelines can be made of, or explain one with its options.'
        'plugin:List and explain plugins.'
        'schema:Print the JSON Schema of configurations, for editors.'
        'completion:Print the completions for a shell.'
        'version:Print the version.'
        'help:Show the help of a command.'
    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    local command=$words[2]
    shift words
    ((CURRENT--))
    if [[ $command == plugin ]]; then
        if ((CURRENT == 2)); then
            compadd list info new build inspect run test bench
            return
        fi
        command="plugin $words[2]"
        shift words
        ((CURRENT--))
    fi
    case $command in
        'cat') _arguments '--parser[The parser; guessed from the content when left out.]:parser:(frames dlt json csv lines)' '-p[The parser; guessed from the content when left out.]:parser:(frames dlt json csv lines)' '*--with[An option of the parser; may be repeated. '\''patchbay components NAME'\'' lists them.]:with:' '*--grant[What a parser in a WebAssembly module may do, such as clock or read\:PATH; may be repeated.]:grant:' '*--where[Show only records for which the expression holds; of several, all must.]:where:' '*-w[Show only records for which the expression holds; of several, all must.]:where:' '--select[Show these fields\: '\''time,level,payload as text'\''.]:select:' '-s[Show these fields\: '\''time,level,payload as text'\''.]:select:' '--limit[End after N records.]:limit:' '-n[End after N records.]:limit:' '--to[How records are written; raw is their original bytes, frames what the parser '\''frames'\'' reads.]:to:(text json csv raw frames)' '-t[How records are written; raw is their original bytes, frames what the parser '\''frames'\'' reads.]:to:(text json csv raw frames)' '--output[Write to a file; the endings .gz and .zst compress it.]:output:_files' '-o[Write to a file; the endings .gz and .zst compress it.]:output:_files' '--template[For text\: the line of a record, such as '\''{time\:%H\:%M\:%S} {level\:<5} {payload|-}'\''.]:template:' '--time-zone[The zone of times\: UTC, local, +02\:00, Europe/Berlin; UTC when left out.]:time-zone:' '--color[For text\: colour lines by level; auto does so on a terminal.]:color:(auto always never)' '--stats[Show per plugin\: calls, records, errors, bytes, time.]::stats:(json)' '--ledger[Show the account of every byte; json puts it on the last line of standard error.]::ledger:(json)' '--threads[Threads that parse; as many as there are cores when left out.]:threads:' '--progress[Show a progress bar; auto does so on a terminal.]:progress:(auto always never)' '--quiet[Say nothing but errors.]' '-q[Say nothing but errors.]' '--help[Show this help.]' '-h[Show this help.]' '*:INPUT:_files' ;;
        'inspect') _arguments '--parser[The parser; guessed from the content when left out.]:parser:(frames dlt json csv lines)' '-p[The parser; guessed from the content when left out.]:parser:(frames dlt json csv lines)' '*--with[An option of the parser; may be repeated. '\''patchbay components NAME'\'' lists them.]:with:' '--top[How many words of each field to show; 10 when left out.]:top:' '--json[Write one line of JSON per input, with everything.]' '--threads[Threads that parse; as many as there are cores when left out.]:threads:' '--progress[Show a progress bar; auto does so on a terminal.]:progress:(auto always never)' '--help[Show this help.]' '-h[Show this help.]' '*:INPUT:_files' ;;
        'run') _arguments '--stats[Show per plugin\: calls, records, errors, bytes, time.]::stats:(json)' '--ledger[Show the account of every byte; json puts it on the last line of standard error.]::ledger:(json)' '--threads[Threads that parse; as many as there are cores when left out.]:threads:' '--progress[Show a progress bar; auto does so on a terminal.]:progress:(auto always never)' '--quiet[Say nothing but errors.]' '-q[Say nothing but errors.]' '--help[Show this help.]' '-h[Show this help.]' '*:FILE:_files' ;;
        'validate') _arguments '--quiet[Say nothing but errors.]' '-q[Say nothing but errors.]' '--help[Show this help.]' '-h[Show this help.]' '*:FILE:_files' ;;
        'graph') _arguments '--format[For Mermaid (the default) or for Graphviz.]:format:(mermaid dot)' '-f[For Mermaid (the default) or for Graphviz.]:format:(mermaid dot)' '--help[Show this help.]' '-h[Show this help.]' '*:FILE:_files' ;;
        'components') _arguments '--help[Show this help.]' '-h[Show this help.]' '*:NAME:(file frames dlt json csv lines where head sample select drop rename set cast aggregate stdout null)' ;;
        'plugin list') _arguments '--help[Show this help.]' '-h[Show this help.]' ;;
        'plugin info') _arguments '--help[Show this help.]' '-h[Show this help.]' '*:NAME:(file frames dlt json csv lines where head sample select drop rename set cast aggregate stdout null)' ;;
        'plugin new') _arguments '--role[What the plugin does in a pipeline; filter when left out. A capability is called by programs.]:role:(byte-source source parser filter transform aggregate validator sink capability)' '--language[What it is written in; swift when left out.]:language:(swift c rust zig)' '--help[Show this help.]' '-h[Show this help.]' '*:NAME:()' ;;
        'plugin build') _arguments '--form[What is built; wasm when left out.]:form:(wasm)' '--debug[With names, line numbers and checks, and not optimised.]' '--release[Optimised and without names; the default.]' '--output[The file to write; '\''NAME.wasm'\'' in the plugin'\''s folder when left out.]:output:_files' '-o[The file to write; '\''NAME.wasm'\'' in the plugin'\''s folder when left out.]:output:_files' '--quiet[Say nothing but errors.]' '-q[Say nothing but errors.]' '--help[Show this help.]' '-h[Show this help.]' '*:FOLDER:_files' ;;
        'plugin inspect') _arguments '--json[Write one line of JSON, with everything.]' '--help[Show this help.]' '-h[Show this help.]' '*:PLUGIN:_files' ;;
        'plugin run') _arguments '*--with[An option of the plugin; may be repeated. '\''patchbay plugin inspect'\'' lists them.]:with:' '*--grant[What a module may do, such as clock or read\:in.dlt; may be repeated. Without it only log and metrics.]:grant:' '*--limit[How much a module may use, such as memory=64MiB or time=1s; may be repeated.]:limit:' '--from[What makes records of the input\: json, lines, frames, x.wasm; guessed from the content when left out, and lines for what a byte source delivers.]:from:(frames dlt json csv lines)' '--to[How records are written; json when left out, raw for byte sources.]:to:(text json csv raw frames)' '-t[How records are written; json when left out, raw for byte sources.]:to:(text json csv raw frames)' '--on-error[What happens to a record that the plugin refuses; fail, the default, ends the run.]:on-error:(fail skip)' '--capability[Which of the things that the plugin can do; needed when there are several.]:capability:' '--operation[What a capability that is no role is asked for.]:operation:' '--stats[Show per plugin\: calls, records, errors, bytes, time.]::stats:(json)' '--ledger[Show the account of every byte; json puts it on the last line of standard error.]::ledger:(json)' '--threads[Threads that parse; as many as there are cores when left out.]:threads:' '--progress[Show a progress bar; auto does so on a terminal.]:progress:(auto always never)' '--quiet[Say nothing but errors.]' '-q[Say nothing but errors.]' '--help[Show this help.]' '-h[Show this help.]' '*:PLUGIN:_files' ;;
        'plugin test') _arguments '--form[Which form is tested; all when left out.]:form:(wasm native all)' '--tests[The folder with the tests; '\''tests'\'' beside the module when left out.]:tests:_files' '*--case[Run this test alone; may be repeated.]:case:' '--update[Write what came out as what is expected.]' '--conformance[Try also whether the plugin keeps the contract of its role, with the tests'\'' inputs.]' '--quiet[Say nothing of tests that pass.]' '-q[Say nothing of tests that pass.]' '--help[Show this help.]' '-h[Show this help.]' '*:PLUGIN:_files' ;;
        'plugin bench') _arguments '*--with[An option of the plugin; may be repeated. '\''patchbay plugin inspect'\'' lists them.]:with:' '*--grant[What a module may do, such as clock or read\:in.dlt; may be repeated. Without it only log and metrics.]:grant:' '*--limit[How much a module may use, such as memory=64MiB or time=1s; may be repeated.]:limit:' '--input[Measure with this file.]:input:_files' '--from[What makes records of the input; guessed from the content when left out.]:from:(frames dlt json csv lines)' '--records[Records that are made up; 100000 when left out.]:records:' '--size[Bytes of a record that is made up; 100 when left out.]:size:' '--rounds[Rounds; 9 when left out.]:rounds:' '--against[What to compare with; the plugin of the same role and name in this program when left out.]:against:' '--capability[Which of the things that the plugin can do; needed when there are several.]:capability:' '--operation[What a capability that is no role is asked for.]:operation:' '--help[Show this help.]' '-h[Show this help.]' '*:PLUGIN:_files' ;;
        'schema') _arguments '--help[Show this help.]' '-h[Show this help.]' ;;
        'completion') _arguments '--help[Show this help.]' '-h[Show this help.]' '*:SHELL:(bash zsh fish)' ;;
        'version') _arguments '--help[Show this help.]' '-h[Show this help.]' ;;
    esac
}
compdef _patchbay patchbay
