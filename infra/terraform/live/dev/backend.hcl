bucket = "example-terraform-state-111111111111"
key    = "dev.tfstate"
region = "us-east-1"
