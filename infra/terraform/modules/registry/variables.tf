variable "name" {
  type        = string
  description = "The prefix of each repository."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,28}$", var.name))
    error_message = "name must be 3 to 29 characters: small letters, digits and hyphens, a letter first."
  }
}

variable "images" {
  type        = set(string)
  description = "A repository for each: the service and its version, as the topology has them."
  validation {
    condition     = length(var.images) > 0 && alltrue([for image in var.images : can(regex("^[a-z][a-z0-9-]*-v[0-9]+$", image))])
    error_message = "images must each be a service and its version, as NAME-v1."
  }
}

variable "kept_images" {
  type        = number
  description = "Images kept in each repository; the oldest go first."
  default     = 50
  validation {
    condition     = var.kept_images >= 10
    error_message = "kept_images must be 10 or more: a rollback needs what ran before."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete a repository that holds images."
  default     = true
}
