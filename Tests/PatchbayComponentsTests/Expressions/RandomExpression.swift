import PatchbayCore

/// Writes random expressions; most of them fit the sample schema.
struct RandomExpression {
    var random: SeededNumbers

    mutating func condition(_ depth: Int = 3) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 12 : 8), using: &random) {
        case 0: return "\(number(1)) \(comparison()) \(number(2))"
        case 1: return random.pick(["level", "level", "js"]) + " \(comparison()) " + quoted(Sample.levels)
        case 2: return "\(text()) \(comparison()) \(quoted(Sample.texts + Sample.words))"
        case 3:
            let test = random.pick(["contains", "starts_with", "ends_with", "matches", "not contains", "not matches"])
            return "\(text()) \(test) "
                + quoted(["a", "ab", "*b*", "?bc", "*", "", "5", "h*o w?rld", "ü??", "a\\\\*b"])
        case 4: return set()
        case 5: return "\(random.pick(Sample.schema.fields.map(\.name))) is \(random.pick(["", "not "]))null"
        case 6:
            return random.pick([
                "flag", "not flag", "flag == false", "flag != true", "js", "js == true", "js != false", "true", "false",
                "flag == (n > 1)", "flag != js", "js == j2", "js != j2", "js < j2", "js == n", "js >= x", "msg == note",
                "msg < note", "apid == msg", "js == msg", "js != apid", "msg contains apid", "missing_name == 3",
                "missing_name is null", "level == apid", "'abc' contains msg", "key == msg", "value contains '1'",
            ])
        case 7:
            return random.pick(["time", "at", "at"]) + " \(comparison()) "
                + random.pick(["time", "at", "'1970-01-01'", "\"2023-11-14T22:13:20Z\"", "'2023-11-15 00:13+02:00'"])
        case 8: return "(\(condition(depth - 1)) and \(condition(depth - 1)))"
        case 9: return "(\(condition(depth - 1)) or \(condition(depth - 1)))"
        case 10: return "not (\(condition(depth - 1)))"
        default: return "\(condition(depth - 1)) && !(\(condition(depth - 1))) || \(condition(depth - 1))"
        }
    }

    private mutating func set() -> String {
        let not = random.pick(["", "not "])
        return random.pick([
            "n \(not)in [1, 2, -1, 9007199254740993]", "n \(not)in []", "n \(not)in 1..5", "x \(not)between 0 and 2.5",
            "n \(not)in -1.5..2.5", "js \(not)in [5, 'abc', true, 2.5]", "level \(not)in ['warn', 'fatal']",
            "level \(not)in 'error'..'warn'", "msg \(not)in ['', 'abc', 'ünï']", "apid \(not)in ['LOG', \"nope\"]",
            "n + m \(not)in [1, 2, 3]", "js \(not)in 0..100", "flag \(not)in [true]", "n \(not)in m..7",
            "at \(not)in ['1970-01-01', '2023-11-14T22:13:20.000000001Z']", "at \(not)in '1970-01-01'..'2023-11-15'",
            "x \(not)in [1, 2.5, 9007199254740993]", "n \(not)in [1, 2.5, 9007199254740992.0]",
        ])
    }

    private mutating func text() -> String { random.pick(["msg", "note", "apid", "js", "level", "key"]) }

    private mutating func comparison() -> String { random.pick(["==", "!=", "<", "<=", ">", ">="]) }

    private mutating func quoted(_ list: [String]) -> String {
        let text = random.pick(list).replacing("\n", with: "\\n")
        return random.chance(0.5) ? "'\(text)'" : "\"\(text)\""
    }

    private mutating func number(_ depth: Int) -> String {
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
        case 0, 1: return random.pick(["n", "m", "x", "js"])
        case 2: return random.pick(["n", "x"])
        case 3, 4:
            return random.pick([
                "0", "1", "2.5", "-1", "5", "0x64", "9007199254740993", "9.007199254740992e15", "1e300",
            ])
        case 5: return random.pick(["-9223372036854775808", "9223372036854775807", "9223372036854775807.0", "1KiB"])
        case 6: return "-(\(number(depth - 1)))"
        default:
            return "(\(number(depth - 1)) \(random.pick(["+", "-", "*", "/", "%"])) \(number(depth - 1)))"
        }
    }
}
