terraform {
  required_version = ">= 1.11.0"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.66.0"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "3.1.1"
    }
  }

  # The bucket, key and region come from the environment's backend.hcl; the lock is a file next to the state.
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
