output "identifier" {
  description = "The identifier of the instance."
  value       = aws_db_instance.this.identifier
}

output "host" {
  description = "The host name in the certificate of the database."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "The port that the database listens on."
  value       = aws_db_instance.this.port
}

output "database" {
  description = "The name of the database that the instance was made with."
  value       = aws_db_instance.this.db_name
}

output "client_security_group_id" {
  description = "The security group that the clients' pods carry."
  value       = aws_security_group.client.id
}

output "client_logins" {
  description = "The names in Secrets Manager of each client's login that services use, and of the idle one, by the client."
  value = { for client in var.clients : client => {
    active = aws_secretsmanager_secret.client["${client}_${local.active_number}"].name
    idle   = aws_secretsmanager_secret.client["${client}_${3 - local.active_number}"].name
  } }
}

output "client_password_version" {
  description = "The version of the passwords that the active logins have."
  value       = var.client_password_version
}

output "client_secret_arns" {
  description = "The ARNs of those secrets."
  value       = [for secret in aws_secretsmanager_secret.client : secret.arn]
}

output "master_secret_arn" {
  description = "The ARN of the secret with the master password, which RDS rotates."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "key_arn" {
  description = "The KMS key of data, backups and passwords."
  value       = aws_kms_key.this.arn
}
