import Patchbay

extension LedgerReport {
    /// Everything on one line, for programs. Numbers are bytes and records; positions count bytes within a part.
    var json: String {
        var json = JSONWriter()
        json.object { json in
            json.member("balanced", report.ledger.imbalances.isEmpty)
            json.member("stopped", report.wasStopped)
            json.member("seconds", Double(report.nanoseconds / 1000) / 1e6)
            json.key("error")
            if let error = report.error { json.value(error.description) } else { json.null() }
            json.key("stages")
            json.array { json in
                for account in report.ledger.accounts {
                    let metrics = report.stages.first { $0.id == account.stage }?.metrics
                    Self.write(account, metrics ?? MetricValues(), into: &json)
                }
            }
            json.member("region_count", report.regionCount)
            json.key("regions")
            json.array { json in
                for placed in report.regions { Self.write(placed, into: &json) }
            }
            json.key("imbalances")
            json.array { json in
                for imbalance in report.ledger.imbalances { Self.write(imbalance, into: &json) }
            }
        }
        return String(decoding: json.finish().span)
    }

    private static func write(_ account: StageAccount, _ metrics: MetricValues, into json: inout JSONWriter) {
        json.object { json in
            json.member("stage", account.stage)
            json.member("inputs", account.inputs)
            json.member("bytes_out", account.bytesOut)
            json.member("bytes_in", account.bytesIn)
            json.member("bytes_parsed", account.bytesParsed)
            json.member("bytes_skipped", account.skippedBytes)
            json.member("bytes_pending", account.bytesPending)
            json.member("records_in", account.recordsIn)
            json.member("records_created", account.created)
            json.member("records_out", account.recordsOut)
            json.member("records_filtered", account.filtered)
            json.member("records_dead_lettered", account.deadLettered)
            json.member("records_pending", account.pending)
            json.key("skipped")
            json.array { json in
                for entry in account.skipped {
                    json.object { json in
                        json.member("reason", entry.reason.name)
                        json.member("records", entry.records)
                        json.member("bytes", entry.bytes)
                    }
                }
            }
            if !metrics.isEmpty { write(metrics, into: &json) }
        }
    }

    /// What a plugin counted and measured itself, by name. `below` of the last part is null when it has no end.
    private static func write(_ metrics: MetricValues, into json: inout JSONWriter) {
        json.key("metrics")
        json.object { json in
            for (name, value) in metrics.counters.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
            for (name, histogram) in metrics.histograms.sorted(by: { $0.key < $1.key })
            where metrics.counters[name] == nil {
                json.key(name)
                json.object { json in
                    json.member("count", histogram.count)
                    json.member("sum", histogram.sum)
                    json.member("minimum", histogram.minimum)
                    json.member("maximum", histogram.maximum)
                    json.key("parts")
                    json.array { json in
                        for part in histogram.parts {
                            json.object { json in
                                json.member("below", part.below)
                                json.member("count", part.count)
                            }
                        }
                    }
                }
            }
        }
    }

    private static func write(_ placed: PlacedRegion, into json: inout JSONWriter) {
        json.object { json in
            json.member("source", placed.part)
            json.member("offset", placed.region.position)
            json.member("length", placed.region.length)
            json.member("reason", placed.region.reason.name)
        }
    }

    private static func write(_ imbalance: Ledger.Imbalance, into json: inout JSONWriter) {
        json.object { json in
            json.member("stage", imbalance.stage)
            json.member("unit", imbalance.unit.rawValue)
            json.member("came", imbalance.came)
            json.member("accounted", imbalance.accounted)
        }
    }
}
