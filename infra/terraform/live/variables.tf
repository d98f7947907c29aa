variable "environment" {
  type        = string
  description = "dev or prod."
  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "environment must be dev or prod."
  }
}

variable "account_id" {
  type        = string
  description = "The AWS account of the environment; credentials of another one are refused."
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

variable "topology" {
  type = object({
    name      = string
    namespace = string
    images    = list(string)
    database = object({
      service = string
      port    = number
      clients = list(string)
    })
  })
  description = "What the platform's topology knows. Generated: topology.auto.tfvars.json."
  validation {
    condition     = length(var.topology.images) > 0
    error_message = "topology must name the images of the services."
  }
}

variable "network" {
  type = object({
    cidr         = string
    zones        = list(string)
    nat_per_zone = bool
  })
  description = "See modules/network."
  validation {
    condition     = alltrue([for zone in var.network.zones : startswith(zone, var.region)])
    error_message = "network.zones must be zones of the region."
  }
}

variable "cluster" {
  type = object({
    kubernetes_version          = string
    api_allowed_cidrs           = list(string)
    api_allowed_private_cidrs   = optional(set(string), [])
    api_allowed_security_groups = optional(map(string), {})
    access_entries = map(object({
      principal_arn = string
      policy        = string
    }))
    node_groups = map(object({
      architecture   = string
      instance_types = list(string)
      minimum        = number
      maximum        = number
      disk_gib       = number
    }))
    controller_charts = object({
      load_balancer_controller = string
      external_secrets         = string
      cluster_autoscaler       = string
      kyverno                  = string
      fluent_bit               = string
    })
  })
  description = "See modules/cluster."
  validation {
    condition     = length(var.cluster.access_entries) > 0
    error_message = "cluster.access_entries must name somebody: the creator has no access of its own."
  }
}

variable "api_tunnel_port" {
  type        = number
  description = "The local port of ./tunnel, where the API server is reached through one of its nodes. Null: at its own address."
  default     = null
  validation {
    condition     = var.api_tunnel_port == null ? true : var.api_tunnel_port >= 1024 && var.api_tunnel_port <= 65535
    error_message = "api_tunnel_port must be 1024 to 65535."
  }
}

variable "database" {
  type = object({
    instance_class          = string
    multi_az                = bool
    storage_gib             = number
    backup_days             = number
    backup_region           = optional(string)
    client_password_version = number
    final_snapshot          = optional(bool, true)
  })
  description = "See modules/database."
  validation {
    condition     = var.environment != "prod" || var.database.multi_az
    error_message = "database.multi_az must be true in prod."
  }
  validation {
    condition     = var.environment != "prod" || var.database.final_snapshot
    error_message = "database.final_snapshot must be true in prod."
  }
}

variable "restored_database" {
  type        = string
  description = "The identifier of a restored database to take over, as ./restore-database prints it. Null: none."
  default     = null
  validation {
    condition     = var.restored_database == null ? true : can(regex("^[a-z][a-z0-9-]{2,62}$", var.restored_database))
    error_message = "restored_database must be the identifier of a database instance."
  }
}

variable "edge" {
  type = object({
    domain  = string
    zone_id = string
  })
  description = "See modules/edge."
  validation {
    condition     = length(var.edge.domain) > 0 && length(var.edge.zone_id) > 0
    error_message = "edge must give a domain and its hosted zone."
  }
}

variable "alarms" {
  type = object({
    emails               = set(string)
    budget_usd           = number
    database_connections = number
  })
  description = "See modules/alarms."
  validation {
    condition     = var.environment != "prod" || length(var.alarms.emails) > 0
    error_message = "alarms.emails must name somebody in prod."
  }
}

variable "docker_hub_secret_arn" {
  type        = string
  description = "A secret with an account of Docker Hub, for the cache of Istio's images. Null: nodes pull from Docker Hub. See modules/registry."
  default     = null
  validation {
    condition     = var.docker_hub_secret_arn == null ? true : startswith(var.docker_hub_secret_arn, "arn:")
    error_message = "docker_hub_secret_arn must be the ARN of a secret."
  }
}

variable "ci" {
  type = object({
    repository      = string
    create_provider = bool
    state_bucket    = string
    state_key       = string
  })
  description = "See modules/ci."
  validation {
    condition     = length(var.ci.state_bucket) > 0
    error_message = "ci.state_bucket must be the bucket that backend.hcl names."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete what holds data or takes traffic. Turn it off, apply, then destroy."
  validation {
    condition     = var.environment != "prod" || var.deletion_protection
    error_message = "deletion_protection must be on in prod; a destroy turns it off in a change of its own, with this rule."
  }
}
