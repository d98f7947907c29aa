variable "name" {
  type        = string
  description = "The name of the cluster, and the prefix of what belongs to it."
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,28}$", var.name))
    error_message = "name must be 3 to 29 characters: small letters, digits and hyphens, a letter first."
  }
}

variable "kubernetes_version" {
  type        = string
  description = "The minor version of Kubernetes, such as 1.36. Raise it by one minor version at a time."
  validation {
    condition     = can(regex("^1\\.(3[5-9]|[4-9][0-9])$", var.kubernetes_version))
    error_message = "kubernetes_version must be 1.35 or newer, without a patch: native sidecars and the pinned Istio need it."
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
  description = "Private subnets of nodes, pods and the control plane's interfaces, one a zone."
  validation {
    condition     = length(var.subnet_ids) == 3
    error_message = "subnet_ids must name three subnets, one a zone."
  }
}

variable "api_allowed_cidrs" {
  type        = list(string)
  description = "Ranges that may reach the API server from the internet. Empty: it answers inside the VPC alone."
  default     = []
  validation {
    condition     = alltrue([for range in var.api_allowed_cidrs : can(cidrnetmask(range)) && tonumber(split("/", range)[1]) >= 16])
    error_message = "api_allowed_cidrs must be IPv4 ranges of /16 or smaller; the whole internet is not a range to allow."
  }
}

variable "api_allowed_security_groups" {
  type        = map(string)
  description = "Security groups in the VPC that may reach the API server's private endpoint, by a name of yours: a runner's, a VPN's."
  default     = {}
  validation {
    condition     = alltrue([for group in values(var.api_allowed_security_groups) : startswith(group, "sg-")])
    error_message = "api_allowed_security_groups must be ids of security groups: sg-…"
  }
}

variable "api_allowed_private_cidrs" {
  type        = set(string)
  description = "Private ranges that may reach the API server's private endpoint, such as a VPN's or a peered network's."
  default     = []
  validation {
    condition     = alltrue([for range in var.api_allowed_private_cidrs : can(cidrnetmask(range)) && can(regex("^(10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\\.)", range))])
    error_message = "api_allowed_private_cidrs must be private IPv4 ranges such as 10.1.0.0/16."
  }
}

variable "platform_namespace" {
  type        = string
  description = "The namespace of the services, whose sidecars' access logs stay in the cluster."
  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", var.platform_namespace))
    error_message = "platform_namespace must be the name of a namespace."
  }
}

variable "access_entries" {
  type = map(object({
    principal_arn = string
    policy        = string
  }))
  description = "Who may use the cluster: an IAM principal each, and the name of an EKS access policy for the whole cluster."
  validation {
    condition = alltrue([for entry in values(var.access_entries) : contains(
      ["AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy", "AmazonEKSViewPolicy", "AmazonEKSAdminViewPolicy"],
      entry.policy
    )])
    error_message = "policy must be AmazonEKSClusterAdminPolicy, AmazonEKSAdminPolicy, AmazonEKSEditPolicy, AmazonEKSViewPolicy or AmazonEKSAdminViewPolicy."
  }
}

variable "node_groups" {
  type = map(object({
    architecture   = string
    instance_types = list(string)
    minimum        = number
    maximum        = number
    disk_gib       = number
  }))
  description = "Managed node groups. Instance types must support security groups for pods, as m, c and r of generation 6 and newer do."
  validation {
    condition     = alltrue([for group in values(var.node_groups) : contains(["x86-64", "arm64"], group.architecture)])
    error_message = "architecture must be x86-64 or arm64."
  }
  validation {
    condition     = alltrue([for group in values(var.node_groups) : group.minimum >= 1 && group.maximum >= group.minimum && group.disk_gib >= 20])
    error_message = "a group needs one node or more, a maximum that is not below the minimum, and a disk of 20 GiB or more."
  }
  validation {
    condition     = alltrue([for type in flatten([for group in values(var.node_groups) : group.instance_types]) : !startswith(type, "t")])
    error_message = "instance types of family t have no trunk interface: security groups for pods do not work there."
  }
}

variable "log_retention_days" {
  type        = number
  description = "Days that the logs of the control plane and of pods are kept."
  default     = 365
  validation {
    condition     = var.log_retention_days >= 30
    error_message = "log_retention_days must be 30 or more."
  }
}

variable "controller_charts" {
  type = object({
    load_balancer_controller = string
    external_secrets         = string
    cluster_autoscaler       = string
    kyverno                  = string
    fluent_bit               = string
  })
  description = "Chart versions of the controllers that are no EKS add-ons."
  validation {
    condition     = alltrue([for version in values(var.controller_charts) : can(regex("^\\d+\\.\\d+\\.\\d+$", version))])
    error_message = "controller_charts must be exact versions such as 1.2.3."
  }
}

variable "secret_arns" {
  type        = list(string)
  description = "The secrets that External Secrets may read, and no others."
  validation {
    condition     = length(var.secret_arns) > 0 && alltrue([for arn in var.secret_arns : startswith(arn, "arn:")])
    error_message = "secret_arns must list ARNs."
  }
}

variable "secrets_key_arn" {
  type        = string
  description = "The KMS key that those secrets are encrypted with."
  validation {
    condition     = startswith(var.secrets_key_arn, "arn:")
    error_message = "secrets_key_arn must be an ARN."
  }
}

variable "deletion_protection" {
  type        = bool
  description = "Refuse to delete the cluster."
  default     = true
}

variable "permissions_boundary_arn" {
  type        = string
  description = "The policy that bounds every role made here."
  validation {
    condition     = startswith(var.permissions_boundary_arn, "arn:")
    error_message = "permissions_boundary_arn must be the ARN of a policy."
  }
}
