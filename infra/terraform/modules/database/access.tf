# The clients' pods carry this group (security groups for pods); nothing else does.
resource "aws_security_group" "client" {
  #checkov:skip=CKV2_AWS_5:attached to pods by the SecurityGroupPolicy in deploy/eks-*
  name        = "${var.name}-database-client"
  description = "Pods of the services that call the database: may open it"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-database-client" }

  # A group with another description is another group, which the pods of a running platform would have to change to.
  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "The database: answers the pods of its clients alone"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-database" }

  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_vpc_security_group_ingress_rule" "client" {
  security_group_id            = aws_security_group.this.id
  description                  = "From the pods of its clients"
  referenced_security_group_id = aws_security_group.client.id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

resource "aws_vpc_security_group_egress_rule" "client" {
  security_group_id            = aws_security_group.client.id
  description                  = "To the database"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
}

locals {
  # Two logins for each client, which act as one role. A rotation changes the password of the one that no service uses, and then makes it the
  # one that they use: the first of two at an odd version, the second at an even one.
  logins = merge([for client in var.clients : {
    for number in [1, 2] : "${client}_${number}" => {
      client  = client
      version = var.client_password_version - (var.client_password_version + number) % 2
    }
  }]...)
  active_number = 2 - var.client_password_version % 2
}

# Generated while Terraform runs and written only to Secrets Manager: neither plan nor state ever contains one.
ephemeral "aws_secretsmanager_random_password" "client" {
  for_each            = local.logins
  password_length     = 48
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "client" {
  #checkov:skip=CKV2_AWS_57:raised by client_password_version: the login in PostgreSQL must take the new password first, which the job in deploy/eks-* does
  for_each    = local.logins
  name        = "${var.name}/database/${each.key}"
  description = "A login of ${each.value.client} in PostgreSQL"
  kms_key_id  = aws_kms_key.this.arn
  # A name in its recovery window cannot be taken again: an environment that may be destroyed gives it up at once.
  recovery_window_in_days = var.deletion_protection ? 7 : 0
}

resource "aws_secretsmanager_secret_version" "client" {
  for_each  = local.logins
  secret_id = aws_secretsmanager_secret.client[each.key].id
  secret_string_wo = jsonencode({
    username = each.key
    password = ephemeral.aws_secretsmanager_random_password.client[each.key].random_password
    version  = each.value.version
  })
  secret_string_wo_version = each.value.version + 1
}
