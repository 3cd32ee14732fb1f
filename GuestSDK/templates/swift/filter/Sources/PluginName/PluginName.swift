import PatchbayGuest

func plugin() {
    filter(by: "level") { level in level == "error" }
}
