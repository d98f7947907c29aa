# A plan of everything against mocked providers: no account is needed. `tofu test` in live/ runs it.
mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111111111111" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { region = "us-east-1" }
  }
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
  mock_data "aws_eks_addon_version" {
    defaults = { version = "v1.0.0-eksbuild.1" }
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
    controller_charts  = { load_balancer_controller = "3.4.0", external_secrets = "2.11.0", cluster_autoscaler = "9.59.0" }
  }
  database = { instance_class = "db.m7g.large", multi_az = true, storage_gib = 100, backup_days = 30, client_password_version = 1 }
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
