mock_provider "aws" {
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
}

variables {
  name         = "shop-prod"
  repository   = "example/platform"
  environment  = "prod"
  state_bucket = "example-terraform-state"
  state_key    = "prod.tfstate"
}

run "accepts_a_repository_by_its_names" {
  command = plan
}

run "accepts_a_repository_by_its_names_and_ids" {
  command = plan
  variables {
    repository = "example@1234/platform@5678"
  }
}

run "refuses_a_repository_with_one_id" {
  command = plan
  variables {
    repository = "example@1234/platform"
  }
  expect_failures = [var.repository]
}
