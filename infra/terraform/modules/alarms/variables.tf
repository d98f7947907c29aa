variable "name" {
  type        = string
  description = "The prefix of alarms, topic and budget."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,28}$", var.name))
    error_message = "name must be 3 to 29 characters: small letters, digits and hyphens, a letter first."
  }
}

variable "emails" {
  type        = set(string)
  description = "Who gets the alarms by mail. Empty: no address; the topic is there for other subscribers."
  validation {
    condition     = alltrue([for email in var.emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))])
    error_message = "emails must be addresses such as team@example.com."
  }
}

variable "budget_usd" {
  type        = number
  description = "USD a month of the account, whose forecast raises an alarm."
  validation {
    condition     = var.budget_usd >= 1
    error_message = "budget_usd must be 1 or more."
  }
}

variable "database" {
  type = object({
    identifier  = string
    storage_gib = number
    connections = number
  })
  description = "The database instance, its first storage, and the most connections that the services' pools open."
  validation {
    condition     = var.database.connections >= 10
    error_message = "database.connections must be 10 or more: a pool of one pod."
  }
}

variable "edge" {
  type = object({
    load_balancer_arn_suffix = string
    target_group_arn_suffix  = string
  })
  description = "The load balancer and the gateway's target group, as CloudWatch names them."
  validation {
    condition     = length(var.edge.load_balancer_arn_suffix) > 0 && length(var.edge.target_group_arn_suffix) > 0
    error_message = "edge must name both."
  }
}

variable "pod_log_group" {
  type        = string
  description = "The log group of the cluster's pods."
  validation {
    condition     = startswith(var.pod_log_group, "/aws/eks/")
    error_message = "pod_log_group must be a log group of EKS: /aws/eks/…"
  }
}

variable "cluster_log_group" {
  type        = string
  description = "The log group of the cluster's control plane."
  validation {
    condition     = startswith(var.cluster_log_group, "/aws/eks/")
    error_message = "cluster_log_group must be a log group of EKS: /aws/eks/…"
  }
}
