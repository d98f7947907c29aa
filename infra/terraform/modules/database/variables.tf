variable "name" {
  type        = string
  description = "The name of the instance, and the prefix of what belongs to it."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,28}$", var.name))
    error_message = "name must be 3 to 29 characters: small letters, digits and hyphens, a letter first."
  }
}

variable "vpc_id" {
  type        = string
  description = "The VPC."
  validation {
    condition     = startswith(var.vpc_id, "vpc-")
    error_message = "vpc_id must be the id of a VPC: vpc-…"
  }
}

variable "subnet_ids" {
  type        = list(string)
  description = "Subnets without a route to the internet, one a zone."
  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must name subnets of two zones or more."
  }
}

variable "port" {
  type        = number
  description = "The port that the topology gives the database."
  validation {
    condition     = var.port >= 1150 && var.port <= 65535
    error_message = "port must be one that RDS allows: 1150 to 65535."
  }
}

variable "database" {
  type        = string
  description = "The name of the database that the instance is made with."
  validation {
    condition     = can(regex("^[a-z][a-z0-9_]{0,62}$", var.database))
    error_message = "database must be a PostgreSQL name: small letters, digits and underscores."
  }
}

variable "clients" {
  type        = set(string)
  description = "The services that call the database: each has a role in PostgreSQL of its own name, and two logins."
  validation {
    condition     = alltrue([for client in var.clients : can(regex("^[a-z][a-z0-9-]{0,60}$", client)) && client != "postgres"])
    error_message = "clients must be names of services other than postgres."
  }
}

variable "engine_version" {
  type        = string
  description = "PostgreSQL's major version; RDS takes minor ones in the maintenance window. 18 or newer: the migrations use uuidv7()."
  default     = "18"
  validation {
    condition     = can(regex("^(1[89]|[2-9][0-9])$", var.engine_version))
    error_message = "engine_version must be a major version, 18 or newer."
  }
}

variable "instance_class" {
  type        = string
  description = "The instance class, such as db.m7g.large."
  validation {
    condition     = can(regex("^db\\.[a-z0-9]+\\.[a-z0-9]+$", var.instance_class))
    error_message = "instance_class must look like db.m7g.large."
  }
}

variable "multi_az" {
  type        = bool
  description = "A standby in another zone that takes over by itself."
  default     = true
}

variable "storage_gib" {
  type        = number
  description = "Storage at first; RDS lets it grow to five times as much."
  validation {
    condition     = var.storage_gib >= 20 && var.storage_gib <= 13107
    error_message = "storage_gib must be 20 to 13107."
  }
}

variable "backup_days" {
  type        = number
  description = "Days that can be gone back to, to the second."
  default     = 14
  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "backup_days must be 1 to 35; without backups nothing can be restored."
  }
}

variable "backup_region" {
  type        = string
  description = "Another region that gets a copy of every backup. Null: none."
  default     = null
  validation {
    condition     = var.backup_region == null ? true : can(regex("^[a-z]{2}-[a-z]+-[0-9]$", var.backup_region))
    error_message = "backup_region must look like us-west-2."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete the instance, and keep the passwords of a deleted one for a week."
  default     = true
}

variable "final_snapshot" {
  type        = bool
  description = "Take a last snapshot when the instance is deleted."
  default     = true
}

variable "log_retention_days" {
  type        = number
  description = "Days that the database's logs are kept."
  default     = 365
  validation {
    condition     = contains([30, 60, 90, 120, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch offers: 30, 60, 90, 120, 180, 365, 400, 545 or 731."
  }
}

variable "rotation_days" {
  type        = number
  description = "Days after which RDS changes the master password by itself."
  default     = 30
  validation {
    condition     = var.rotation_days >= 1 && var.rotation_days <= 365
    error_message = "rotation_days must be 1 to 365."
  }
}

variable "client_password_version" {
  type        = number
  description = "Raise it by one to rotate: the idle login of each client gets a new password and becomes the active one."
  default     = 1
  validation {
    condition     = var.client_password_version >= 1
    error_message = "client_password_version must be 1 or more."
  }
}

variable "permissions_boundary_arn" {
  type        = string
  description = "The policy that bounds every role made here."
  validation {
    condition     = startswith(var.permissions_boundary_arn, "arn:")
    error_message = "permissions_boundary_arn must be the ARN of a policy."
  }
}
