select(.level == "ERROR") | del(.host) | .env = "prod"
