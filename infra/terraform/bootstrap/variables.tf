variable "account_id" {
  type        = string
  description = "The AWS account; credentials of another one are refused."
  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id must be twelve digits."
  }
}

variable "region" {
  type        = string
  description = "The AWS region."
  validation {
    condition     = can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.region))
    error_message = "region must look like us-east-1."
  }
}

variable "bucket" {
  type        = string
  description = "The name of the bucket for Terraform's state, as the environment's backend.hcl gives it."
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{2,62}$", var.bucket))
    error_message = "bucket must be the name of a bucket: small letters, digits, dots and hyphens."
  }
}
