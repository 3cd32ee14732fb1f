import PatchbayGuest

struct Totals {
    var records = 0
    var bytes = 0
}

func plugin() {
    aggregate(
        Totals(), making: .int("records", "How many."), .int("bytes", "Bytes of their values.")
    ) { totals, record in
        totals.records += 1
        totals.bytes += record.value.bytes.count
    } finish: { totals, output in
        output.set("records", totals.records)
        output.set("bytes", totals.bytes)
        output.emit()
    }
}
