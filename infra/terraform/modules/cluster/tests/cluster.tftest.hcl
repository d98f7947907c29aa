mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

mock_provider "helm" {}

variables {
  permissions_boundary_arn = "arn:aws:iam::111111111111:policy/shop-prod-boundary"

  name               = "shop-prod"
  kubernetes_version = "1.36"
  vpc_id             = "vpc-1"
  subnet_ids         = ["subnet-1", "subnet-2", "subnet-3"]
  access_entries     = {}
  node_groups        = { arm64 = { architecture = "arm64", instance_types = ["m7g.large"], minimum = 3, maximum = 6, disk_gib = 40 } }
  controller_charts  = { load_balancer_controller = "3.4.0", external_secrets = "2.11.0", cluster_autoscaler = "9.59.0" }
  secret_arns        = ["arn:aws:secretsmanager:us-east-1:111111111111:secret:x"]
  secrets_key_arn    = "arn:aws:kms:us-east-1:111111111111:key/x"
}

run "lets_the_api_server_reach_istio" {
  command = plan

  assert {
    condition     = alltrue([for port in [15017, 15012] : contains([for rule in aws_vpc_security_group_ingress_rule.from_api_server : rule.from_port], port)])
    error_message = "the API server must reach Istio's webhooks and its control plane"
  }
  assert {
    condition     = aws_eks_cluster.this.vpc_config[0].endpoint_public_access == false
    error_message = "without an allow-list the API server must be private"
  }
}

run "refuses_the_whole_internet" {
  command = plan
  variables {
    api_allowed_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.api_allowed_cidrs]
}

run "refuses_nodes_without_trunk_interfaces" {
  command = plan
  variables {
    node_groups = { x = { architecture = "arm64", instance_types = ["t4g.large"], minimum = 1, maximum = 1, disk_gib = 40 } }
  }
  expect_failures = [var.node_groups]
}
