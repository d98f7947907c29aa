variable "name" {
  type        = string
  description = "The name of everything here, and its prefix."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,28}$", var.name))
    error_message = "name must be 3 to 29 characters: small letters, digits and hyphens, a letter first."
  }
}

variable "cidr" {
  type        = string
  description = "The addresses of the VPC. A /16 leaves each private subnet 8,187 addresses for pods."
  default     = "10.40.0.0/16"
  validation {
    condition     = can(cidrnetmask(var.cidr)) && tonumber(split("/", var.cidr)[1]) <= 18
    error_message = "cidr must be an IPv4 range of /18 or larger: each pod has an address of the VPC."
  }
}

variable "zones" {
  type        = list(string)
  description = "Names of the three availability zones, such as us-east-1a."
  validation {
    condition     = length(var.zones) == 3 && length(distinct(var.zones)) == 3
    error_message = "zones must name three different availability zones."
  }
}

variable "nat_per_zone" {
  type        = bool
  description = "A NAT gateway in each zone; with one alone the loss of its zone cuts every node off."
  default     = true
}

variable "log_retention_days" {
  type        = number
  description = "Days that flow logs are kept."
  default     = 365
  validation {
    condition     = contains([30, 60, 90, 120, 180, 365, 400, 545, 731], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch offers: 30, 60, 90, 120, 180, 365, 400, 545 or 731."
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
