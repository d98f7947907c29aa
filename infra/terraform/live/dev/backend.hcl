bucket = "example-terraform-state-111111111111"
key    = "dev.tfstate"
region = "eu-central-1"
