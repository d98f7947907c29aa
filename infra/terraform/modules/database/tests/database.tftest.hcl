mock_provider "aws" {
  mock_resource "aws_db_instance" {
    defaults = {
      arn                = "arn:aws:rds:us-east-1:111111111111:db:x"
      address            = "shop-prod.example.us-east-1.rds.amazonaws.com"
      master_user_secret = [{ secret_arn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:rds!db-x", kms_key_id = "x", secret_status = "active" }]
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
  permissions_boundary_arn = "arn:aws:iam::111111111111:policy/shop-prod-boundary"

  name           = "shop-prod"
  vpc_id         = "vpc-1"
  subnet_ids     = ["subnet-1", "subnet-2"]
  port           = 5433
  database       = "shop"
  clients        = ["front", "stock"]
  instance_class = "db.m7g.large"
  storage_gib    = 100
}

run "is_private_encrypted_and_asks_for_tls" {
  command = plan

  assert {
    condition     = aws_db_instance.this.publicly_accessible == false && aws_db_instance.this.storage_encrypted
    error_message = "the database must be private and encrypted"
  }
  assert {
    condition     = contains([for parameter in aws_db_parameter_group.this.parameter : "${parameter.name}=${parameter.value}"], "rds.force_ssl=1")
    error_message = "the database must refuse connections without TLS"
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.client.from_port == 5433 && aws_vpc_security_group_ingress_rule.client.to_port == 5433
    error_message = "the database must be open on the topology's port alone"
  }
}

run "gives_each_client_two_logins" {
  command = plan

  assert {
    condition     = toset([for secret in aws_secretsmanager_secret.client : secret.name]) == toset([for login in ["front_1", "front_2", "stock_1", "stock_2"] : "shop-prod/database/${login}"])
    error_message = "each client must have two secrets under its own name"
  }
  assert {
    condition     = output.client_logins.front == { active = "shop-prod/database/front_1", idle = "shop-prod/database/front_2" }
    error_message = "the first login must be active at the first version"
  }
}

run "rotates_the_idle_login_and_makes_it_active" {
  command = plan
  variables {
    client_password_version = 2
  }

  assert {
    condition     = output.client_logins.front == { active = "shop-prod/database/front_2", idle = "shop-prod/database/front_1" }
    error_message = "the second login must be active at the second version"
  }
  assert {
    condition     = { for login, version in aws_secretsmanager_secret_version.client : login => version.secret_string_wo_version if startswith(login, "front") } == { front_1 = 2, front_2 = 3 }
    error_message = "the password of the login that was active must stay as it was at the first version"
  }
}

run "takes_a_final_snapshot_whatever_protects_it" {
  command = plan
  variables {
    deletion_protection = false
  }

  assert {
    condition     = aws_db_instance.this.skip_final_snapshot == false && startswith(aws_db_instance.this.final_snapshot_identifier, "shop-prod-final-")
    error_message = "the final snapshot must not depend on deletion protection"
  }
  assert {
    condition     = alltrue([for secret in aws_secretsmanager_secret.client : secret.recovery_window_in_days == 0])
    error_message = "without protection a secret's name must be free at once"
  }
}

run "copies_backups_to_another_region_where_one_is_named" {
  command = plan
  variables {
    backup_region = "us-west-2"
  }

  assert {
    condition     = aws_db_instance_automated_backups_replication.this[0].region == "us-west-2" && aws_kms_key.backups[0].region == "us-west-2"
    error_message = "the copies and their key must be in the other region"
  }
}

run "refuses_a_client_that_is_no_service" {
  command = plan
  variables {
    clients = ["Stock"]
  }
  expect_failures = [var.clients]
}

run "refuses_an_engine_without_uuidv7" {
  command = plan
  variables {
    engine_version = "17"
  }
  expect_failures = [var.engine_version]
}
