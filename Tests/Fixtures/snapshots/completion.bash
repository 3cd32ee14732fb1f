# Completions of patchbay for bash.
_patchbay() {
    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" command="${COMP_WORDS[1]}"
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "cat inspect run validate worker graph components plugin schema completion version help" -- "$current"))
        return
    fi
    if [[ $command == plugin ]]; then
        if ((COMP_CWORD == 2)); then
            COMPREPLY=($(compgen -W "list info new build inspect run test bench" -- "$current"))
            return
        fi
        command="plugin ${COMP_WORDS[2]}"
    fi
    case "$command" in
        'cat')
            case "$previous" in
                --parser|-p) COMPREPLY=($(compgen -W "frames dlt json csv lines" -- "$current")); return ;;
                --with) return ;;
                --grant) return ;;
                --where|-w) return ;;
                --select|-s) return ;;
                --limit|-n) return ;;
                --to|-t) COMPREPLY=($(compgen -W "text json csv raw frames" -- "$current")); return ;;
                --output|-o) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --template) return ;;
                --time-zone) return ;;
                --color) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
                --stats) COMPREPLY=($(compgen -W "json" -- "$current")); return ;;
                --ledger) COMPREPLY=($(compgen -W "json" -- "$current")); return ;;
                --threads) return ;;
                --progress) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--parser --with --grant --where --select --limit --to --output --template --time-zone --color --plugin-dir --sandbox --stats --ledger --threads --progress --quiet --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'inspect')
            case "$previous" in
                --parser|-p) COMPREPLY=($(compgen -W "frames dlt json csv lines" -- "$current")); return ;;
                --with) return ;;
                --top) return ;;
                --threads) return ;;
                --progress) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--parser --with --top --json --threads --progress --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'run')
            case "$previous" in
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
                --stats) COMPREPLY=($(compgen -W "json" -- "$current")); return ;;
                --ledger) COMPREPLY=($(compgen -W "json" -- "$current")); return ;;
                --threads) return ;;
                --progress) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--plugin-dir --sandbox --stats --ledger --threads --progress --quiet --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'validate')
            case "$previous" in
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--plugin-dir --sandbox --quiet --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'worker')
            case "$previous" in
                --uses) return ;;
                --with) return ;;
                --input) COMPREPLY=($(compgen -W "frames jsonl lines" -- "$current")); return ;;
                --output) COMPREPLY=($(compgen -W "frames jsonl lines" -- "$current")); return ;;
                --threads) return ;;
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--uses --with --input --output --threads --plugin-dir --sandbox --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'graph')
            case "$previous" in
                --format|-f) COMPREPLY=($(compgen -W "mermaid dot" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--format --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'components')
            case "$previous" in
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--help" -- "$current"))
            else
                COMPREPLY=($(compgen -W "file exec frames dlt json csv lines where head sample select drop rename set cast aggregate stdout null" -- "$current"))
            fi ;;
        'plugin list')
            case "$previous" in
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--examine --json --plugin-dir --sandbox --help" -- "$current"))
            else
                :
            fi ;;
        'plugin info')
            case "$previous" in
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--plugin-dir --sandbox --help" -- "$current"))
            else
                COMPREPLY=($(compgen -W "file exec frames dlt json csv lines where head sample select drop rename set cast aggregate stdout null" -- "$current"))
            fi ;;
        'plugin new')
            case "$previous" in
                --role) COMPREPLY=($(compgen -W "byte-source source parser filter transform aggregate validator sink capability" -- "$current")); return ;;
                --language) COMPREPLY=($(compgen -W "swift c rust zig python" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--role --language --help" -- "$current"))
            else
                COMPREPLY=($(compgen -W "" -- "$current"))
            fi ;;
        'plugin build')
            case "$previous" in
                --form) COMPREPLY=($(compgen -W "wasm process" -- "$current")); return ;;
                --output|-o) COMPREPLY=($(compgen -f -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--form --debug --release --output --quiet --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'plugin inspect')
            case "$previous" in
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--json --plugin-dir --sandbox --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'plugin run')
            case "$previous" in
                --with) return ;;
                --grant) return ;;
                --limit) return ;;
                --from) COMPREPLY=($(compgen -W "frames dlt json csv lines" -- "$current")); return ;;
                --to|-t) COMPREPLY=($(compgen -W "text json csv raw frames" -- "$current")); return ;;
                --on-error) COMPREPLY=($(compgen -W "fail skip" -- "$current")); return ;;
                --capability) return ;;
                --operation) return ;;
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
                --stats) COMPREPLY=($(compgen -W "json" -- "$current")); return ;;
                --ledger) COMPREPLY=($(compgen -W "json" -- "$current")); return ;;
                --threads) return ;;
                --progress) COMPREPLY=($(compgen -W "auto always never" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--with --grant --limit --from --to --on-error --capability --operation --plugin-dir --sandbox --stats --ledger --threads --progress --quiet --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'plugin test')
            case "$previous" in
                --form) COMPREPLY=($(compgen -W "wasm process native all" -- "$current")); return ;;
                --tests) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --case) return ;;
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--form --tests --case --update --conformance --plugin-dir --sandbox --quiet --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'plugin bench')
            case "$previous" in
                --with) return ;;
                --grant) return ;;
                --limit) return ;;
                --input) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --from) COMPREPLY=($(compgen -W "frames dlt json csv lines" -- "$current")); return ;;
                --records) return ;;
                --size) return ;;
                --rounds) return ;;
                --against) return ;;
                --capability) return ;;
                --operation) return ;;
                --plugin-dir) COMPREPLY=($(compgen -f -- "$current")); return ;;
                --sandbox) COMPREPLY=($(compgen -W "required preferred off" -- "$current")); return ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--with --grant --limit --input --from --records --size --rounds --against --capability --operation --plugin-dir --sandbox --help" -- "$current"))
            else
                COMPREPLY=($(compgen -f -- "$current"))
            fi ;;
        'schema')
            case "$previous" in
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--help" -- "$current"))
            else
                :
            fi ;;
        'completion')
            case "$previous" in
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--help" -- "$current"))
            else
                COMPREPLY=($(compgen -W "bash zsh fish" -- "$current"))
            fi ;;
        'version')
            case "$previous" in
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "--help" -- "$current"))
            else
                :
            fi ;;
    esac
}
complete -o filenames -F _patchbay patchbay
