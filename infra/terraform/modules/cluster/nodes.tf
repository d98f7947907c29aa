locals {
  ami_types = { x86-64 = "AL2023_x86_64_STANDARD", arm64 = "AL2023_ARM_64_STANDARD" }

  # Desired sizes belong to the autoscaler. EKS refuses a minimum above the desired size, so a raised minimum raises that with it.
  running_groups = [for group in data.aws_autoscaling_group.node : {
    name    = one([for tag in group.tag : tag.value if tag.key == "eks:nodegroup-name"])
    desired = group.desired_capacity
  }]
  desired_sizes = { for name, group in var.node_groups : name => min(group.maximum, max(concat(
    [group.minimum],
    [for running in local.running_groups : running.desired if startswith(coalesce(running.name, "none"), "${name}-")]
  )...)) }

  # What the API server calls on nodes and pods. Without the two of Istio, injection and validation time out.
  api_server_calls = {
    kubelet                  = 10250 # also the webhooks of External Secrets and cert-manager
    metrics-server           = 10251
    istio-webhooks           = 15017
    istio-control-plane      = 15012
    load-balancer-controller = 9443 # also Kyverno's webhooks
  }
}

resource "aws_security_group" "node" {
  name        = "${var.name}-node"
  description = "Nodes and pods of ${var.name}"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-node" }
}

resource "aws_vpc_security_group_ingress_rule" "from_api_server" {
  for_each                     = local.api_server_calls
  security_group_id            = aws_security_group.node.id
  description                  = "API server to ${each.key}"
  referenced_security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

# Between pods the mesh and the NetworkPolicies decide: identities, not addresses.
resource "aws_vpc_security_group_ingress_rule" "between_nodes" {
  security_group_id            = aws_security_group.node.id
  description                  = "Between nodes and pods"
  referenced_security_group_id = aws_security_group.node.id
  ip_protocol                  = "-1"
}

resource "aws_vpc_security_group_egress_rule" "nodes" {
  security_group_id = aws_security_group.node.id
  description       = "To AWS, to registries and to the load balancers' clients"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

# Who else reaches the API server's private endpoint: a runner in the VPC, a VPN, a peered network.
resource "aws_vpc_security_group_ingress_rule" "groups_to_api_server" {
  for_each                     = var.api_allowed_security_groups
  security_group_id            = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  description                  = "To the API server: ${each.key}"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_ingress_rule" "ranges_to_api_server" {
  for_each          = var.api_allowed_private_cidrs
  security_group_id = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  description       = "Private range to the API server"
  cidr_ipv4         = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "to_api_server" {
  security_group_id            = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
  description                  = "Nodes and pods to the API server"
  referenced_security_group_id = aws_security_group.node.id
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

# The groups that run now: none at the first apply, two of a name while one replaces the other.
data "aws_autoscaling_groups" "node" {
  filter {
    name   = "tag:eks:cluster-name"
    values = [var.name]
  }
}

data "aws_autoscaling_group" "node" {
  for_each = toset(data.aws_autoscaling_groups.node.names)
  name     = each.key
}

# The newest image that AWS recommends: each apply brings the nodes its patches.
data "aws_ssm_parameter" "node_release" {
  for_each = var.node_groups
  name     = "/aws/service/eks/optimized-ami/${var.kubernetes_version}/amazon-linux-2023/${each.value.architecture == "arm64" ? "arm64" : "x86_64"}/standard/recommended/release_version"
}

resource "aws_launch_template" "node" {
  for_each               = var.node_groups
  name                   = "${var.name}-${each.key}"
  update_default_version = true
  vpc_security_group_ids = [aws_security_group.node.id]

  # One hop: a pod cannot ask for the node's credentials.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      volume_type           = "gp3"
      volume_size           = each.value.disk_gib
      encrypted             = true
      kms_key_id            = aws_kms_key.cluster.arn
      delete_on_termination = true
    }
  }

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "${var.name}-${each.key}" }
  }
}

resource "aws_eks_node_group" "this" {
  for_each               = var.node_groups
  cluster_name           = aws_eks_cluster.this.name
  node_group_name_prefix = "${each.key}-"
  version                = aws_eks_cluster.this.version
  release_version        = nonsensitive(data.aws_ssm_parameter.node_release[each.key].value)
  node_role_arn          = aws_iam_role.node.arn
  subnet_ids             = var.subnet_ids
  ami_type               = local.ami_types[each.value.architecture]
  instance_types         = each.value.instance_types

  scaling_config {
    min_size     = each.value.minimum
    desired_size = local.desired_sizes[each.key]
    max_size     = each.value.maximum
  }

  update_config {
    max_unavailable = 1
  }

  node_repair_config {
    enabled = true
  }

  launch_template {
    id      = aws_launch_template.node[each.key].id
    version = aws_launch_template.node[each.key].latest_version
  }

  # What cannot change in place gets new nodes before the old ones drain.
  lifecycle {
    create_before_destroy = true
  }

  # The rules too: at destroy, nodes that drain must still reach the API server.
  depends_on = [
    aws_eks_addon.before_nodes,
    aws_iam_role_policy_attachment.node,
    aws_vpc_security_group_egress_rule.nodes,
    aws_vpc_security_group_ingress_rule.between_nodes,
    aws_vpc_security_group_ingress_rule.from_api_server,
    aws_vpc_security_group_ingress_rule.to_api_server,
  ]
}
