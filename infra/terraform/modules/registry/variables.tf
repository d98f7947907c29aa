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

variable "docker_hub_secret_arn" {
  type        = string
  description = "A secret of Secrets Manager with an account of Docker Hub (username, accessToken), for the cache of its images. Null: no cache."
  default     = null
  validation {
    condition     = var.docker_hub_secret_arn == null ? true : can(regex(":secret:ecr-pullthroughcache/", var.docker_hub_secret_arn))
    error_message = "docker_hub_secret_arn must be the ARN of a secret whose name begins with ecr-pullthroughcache/: ECR reads no other."
  }
}

variable "node_role_name" {
  type        = string
  description = "The role of the nodes, which pull through the cache."
  validation {
    condition     = length(var.node_role_name) > 0
    error_message = "node_role_name must be the name of a role."
  }
}
