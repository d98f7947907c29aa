variable "name" {
  type        = string
  description = "The prefix of the roles, and of every role and policy that the pipeline may touch."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,28}$", var.name))
    error_message = "name must be 3 to 29 characters: small letters, digits and hyphens, a letter first."
  }
}

variable "repository" {
  type        = string
  description = "The repository on GitHub that may use the roles, as its tokens name it: OWNER/NAME, or OWNER@ID/NAME@ID for one created since 15 July 2026."
  validation {
    condition     = can(regex("^([A-Za-z0-9-]+/[A-Za-z0-9._-]+|[A-Za-z0-9-]+@[0-9]+/[A-Za-z0-9._-]+@[0-9]+)$", var.repository))
    error_message = "repository must be OWNER/NAME or OWNER@ID/NAME@ID."
  }
}

variable "environment" {
  type        = string
  description = "The environment on GitHub whose approval lets an apply run."
  validation {
    condition     = can(regex("^[a-z]+$", var.environment))
    error_message = "environment must be small letters."
  }
}

variable "create_provider" {
  type        = bool
  description = "Make GitHub's identity provider; an account has it once, so the second environment in an account says false."
  default     = true
}

variable "state_bucket" {
  type        = string
  description = "The bucket of Terraform's state."
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.-]{2,62}$", var.state_bucket))
    error_message = "state_bucket must be the name of a bucket."
  }
}

variable "state_key" {
  type        = string
  description = "The key of this environment's state in the bucket."
  validation {
    condition     = endswith(var.state_key, ".tfstate")
    error_message = "state_key must end in .tfstate."
  }
}

variable "backup_region" {
  type        = string
  description = "The region that gets copies of the database's backups. Null: none."
  default     = null
  validation {
    condition     = var.backup_region == null ? true : can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.backup_region))
    error_message = "backup_region must look like us-west-2."
  }
}
