# A plan of everything against mocked providers: no account is needed. `tofu test` in live/ runs it.
mock_provider "aws" {
  mock_resource "aws_acm_certificate" {
    defaults = {
      arn                       = "arn:aws:acm:us-east-1:111111111111:certificate/x"
      domain_validation_options = [{ domain_name = "www.example.com", resource_record_name = "_x.www.example.com", resource_record_type = "CNAME", resource_record_value = "_y.acm-validations.aws" }]
    }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = {
      arn = "arn:aws:logs:us-east-1:111111111111:log-group:x"
    }
  }
  mock_resource "aws_db_instance" {
    defaults = {
      arn                = "arn:aws:rds:us-east-1:111111111111:db:x"
      address            = "shop-prod.example.us-east-1.rds.amazonaws.com"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:rds!db-x", kms_key_id = "x", secret_status = "active" }]
    }
  }
  mock_resource "aws_eks_cluster" {
    defaults = {
      arn                   = "arn:aws:eks:us-east-1:111111111111:cluster/shop-prod"
      endpoint              = "https://x.gr7.us-east-1.eks.amazonaws.com"
      certificate_authority = [{ data = "eA==" }]
    }
  }
  mock_resource "aws_iam_policy" {
    defaults = {
      arn = "arn:aws:iam::111111111111:policy/shop-prod-boundary"
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
  mock_resource "aws_lb" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/x/0000000000000000"
    }
  }
  mock_resource "aws_lb_target_group" {
    defaults = {
      arn = "arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/x/0000000000000000"
    }
  }
  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::x"
    }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = {
      arn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:x"
    }
  }
  mock_resource "aws_security_group" {
    defaults = {
      id = "sg-00000000000000000"
    }
  }
  mock_resource "aws_sns_topic" {
    defaults = {
      arn = "arn:aws:sns:us-east-1:111111111111:x"
    }
  }
  mock_resource "aws_vpc" {
    defaults = {
      id = "vpc-00000000000000000"
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
  environment         = "prod"
  account_id          = "111111111111"
  region              = "us-east-1"
  deletion_protection = true
  topology = {
    name      = "shop"
    namespace = "shop"
    images    = ["front-v1", "stock-v1"]
    database  = { service = "records", port = 5433, clients = ["stock"] }
  }
  network = { cidr = "10.0.0.0/16", zones = ["us-east-1a", "us-east-1b", "us-east-1c"], nat_per_zone = true }
  cluster = {
    kubernetes_version = "1.36"
    api_allowed_cidrs  = []
    access_entries     = { administrators = { principal_arn = "arn:aws:iam::111111111111:role/administrators", policy = "AmazonEKSClusterAdminPolicy" } }
    node_groups        = { arm64 = { architecture = "arm64", instance_types = ["m7g.large"], minimum = 3, maximum = 6, disk_gib = 40 } }
    controller_charts  = { load_balancer_controller = "3.4.0", external_secrets = "2.11.0", cluster_autoscaler = "9.59.0", kyverno = "3.9.1", fluent_bit = "0.2.0" }
  }
  database = { instance_class = "db.m7g.large", multi_az = true, storage_gib = 100, backup_days = 30, client_password_version = 1 }
  alarms   = { emails = ["team@example.com"], budget_usd = 1200, database_connections = 250 }
  edge     = { domain = "www.example.com", zone_id = "Z0000000000000000000" }
  ci       = { repository = "example/platform", create_provider = true, state_bucket = "example-terraform-state", state_key = "prod.tfstate" }
}

run "plans_with_sound_variables" {
  command = plan

  assert {
    condition     = output.region == "us-east-1"
    error_message = "the region must be the variable's"
  }
}

run "refuses_a_production_database_in_one_zone" {
  command = plan
  variables {
    database = { instance_class = "db.m7g.large", multi_az = false, storage_gib = 100, backup_days = 30, client_password_version = 1 }
  }
  expect_failures = [var.database]
}

run "refuses_production_without_deletion_protection" {
  command = plan
  variables {
    deletion_protection = false
  }
  expect_failures = [var.deletion_protection]
}

run "refuses_an_account_that_is_none" {
  command = plan
  variables {
    account_id = "1234"
  }
  expect_failures = [var.account_id]
}
