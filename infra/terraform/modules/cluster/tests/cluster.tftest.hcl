mock_provider "aws" {
  mock_resource "aws_cloudwatch_log_group" {
    defaults = {
      arn = "arn:aws:logs:us-east-1:111111111111:log-group:x"
    }
  }
  mock_resource "aws_eks_cluster" {
    defaults = {
      arn                   = "arn:aws:eks:us-east-1:111111111111:cluster/shop-prod"
      endpoint              = "https://x.gr7.us-east-1.eks.amazonaws.com"
      certificate_authority = [{ data = "eA==" }]
    }
  }
  mock_resource "aws_iam_role" {
    defaults = {
      arn = "arn:aws:iam::111111111111:role/shop-prod-x"
    }
  }
  mock_resource "aws_kms_key" {
    defaults = {
      arn    = "arn:aws:kms:us-east-1:111111111111:key/00000000-0000-0000-0000-000000000000"
      key_id = "00000000-0000-0000-0000-000000000000"
    }
  }
  mock_resource "aws_launch_template" {
    defaults = {
      id             = "lt-00000000000000000"
      latest_version = 1
    }
  }
  mock_resource "aws_security_group" {
    defaults = {
      id = "sg-00000000000000000"
    }
  }
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "111111111111"
    }
  }
  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }
  mock_data "aws_region" {
    defaults = {
      region = "us-east-1"
    }
  }
  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }
  mock_data "aws_eks_addon_version" {
    defaults = {
      version = "v1.0.0-eksbuild.1"
    }
  }
  mock_data "aws_ssm_parameter" {
    defaults = {
      value = "1.36.0-20261101"
    }
  }
}

mock_provider "helm" {}

variables {
  permissions_boundary_arn = "arn:aws:iam::111111111111:policy/shop-prod-boundary"

  name               = "shop-prod"
  kubernetes_version = "1.36"
  vpc_id             = "vpc-1"
  subnet_ids         = ["subnet-1", "subnet-2", "subnet-3"]
  platform_namespace = "shop"
  access_entries     = {}
  node_groups        = { arm64 = { architecture = "arm64", instance_types = ["m7g.large"], minimum = 3, maximum = 6, disk_gib = 40 } }
  controller_charts  = { load_balancer_controller = "3.4.0", external_secrets = "2.11.0", cluster_autoscaler = "9.59.0", kyverno = "3.9.1", fluent_bit = "0.2.0" }
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

run "starts_with_the_minimum_where_nothing_runs" {
  command = plan

  assert {
    condition     = aws_eks_node_group.this["arm64"].scaling_config[0].desired_size == 3
    error_message = "without a running group the desired size must be the minimum"
  }
}

run "raises_the_desired_size_with_the_minimum" {
  command = plan
  override_data {
    target = data.aws_autoscaling_groups.node
    values = { names = ["eks-arm64-x"] }
  }
  override_data {
    target = data.aws_autoscaling_group.node
    values = { desired_capacity = 4, tag = [{ key = "eks:nodegroup-name", value = "arm64-20261130", propagate_at_launch = true }] }
  }

  assert {
    condition     = aws_eks_node_group.this["arm64"].scaling_config[0].desired_size == 4
    error_message = "what runs must stay where the minimum is below it"
  }
}

run "admits_a_security_group_to_the_private_endpoint" {
  command = plan
  variables {
    api_allowed_security_groups = { runner = "sg-1" }
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.groups_to_api_server["runner"].referenced_security_group_id == "sg-1"
    error_message = "the allowed group must reach the API server"
  }
}

run "refuses_a_public_range_for_the_private_endpoint" {
  command = plan
  variables {
    api_allowed_private_cidrs = ["8.8.8.0/24"]
  }
  expect_failures = [var.api_allowed_private_cidrs]
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
