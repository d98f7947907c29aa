bucket = "example-terraform-state-222222222222"
key    = "prod.tfstate"
region = "us-east-1"
