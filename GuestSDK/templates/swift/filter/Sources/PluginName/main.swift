import PatchbayGuest

filter { record in record["level"] == "error" }
