variable "name" {
  type        = string
  description = "The prefix of the load balancer and its target group."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,20}$", var.name))
    error_message = "name must be 3 to 21 characters: small letters, digits and hyphens, a letter first; a load balancer's whole name has 32."
  }
}

variable "domain" {
  type        = string
  description = "The host name that people open, such as documents.example.com."
  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain))
    error_message = "domain must be a host name such as documents.example.com."
  }
}

variable "zone_id" {
  type        = string
  description = "The hosted zone in Route 53 that the domain belongs to."
  validation {
    condition     = can(regex("^Z[A-Z0-9]+$", var.zone_id))
    error_message = "zone_id must be the id of a hosted zone: Z…"
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
  description = "Public subnets, one a zone."
  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "subnet_ids must name subnets of two zones or more."
  }
}

variable "node_security_group_id" {
  type        = string
  description = "The security group of nodes and pods, which the gateway's pods have."
  validation {
    condition     = startswith(var.node_security_group_id, "sg-")
    error_message = "node_security_group_id must be the id of a security group: sg-…"
  }
}

variable "gateway" {
  type = object({
    port        = number
    http_port   = number
    health_port = number
  })
  description = "The ports of the gateway's pods: HTTPS, HTTP that redirects, and the one that says whether they are ready."
  default     = { port = 8443, http_port = 8080, health_port = 15021 }
  validation {
    condition     = alltrue([for port in values(var.gateway) : port >= 1024 && port <= 65535])
    error_message = "gateway ports must be 1024 to 65535."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete the load balancer."
  default     = true
}

variable "access_log_days" {
  type        = number
  description = "Days that the load balancer's connection logs are kept."
  default     = 90
  validation {
    condition     = var.access_log_days >= 30
    error_message = "access_log_days must be 30 or more."
  }
}
