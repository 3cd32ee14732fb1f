import PatchbayGuest

func plugin() {
    // Everything but the field `length` stays as it came in.
    map(writing: .int("length", "Bytes of the value.")) { record, output in
        output.set("length", record.value.bytes.count)
    }
}
