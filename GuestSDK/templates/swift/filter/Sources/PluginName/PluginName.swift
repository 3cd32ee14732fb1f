import PatchbayGuest

func plugin() {
    filter { record in record["level"] == "error" }
}
