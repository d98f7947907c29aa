mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
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

run "gives_each_client_a_password_of_its_own" {
  command = plan

  assert {
    condition     = { for client, secret in aws_secretsmanager_secret.client : client => secret.name } == { front = "shop-prod/database/front", stock = "shop-prod/database/stock" }
    error_message = "each client must have a secret under its own name"
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
