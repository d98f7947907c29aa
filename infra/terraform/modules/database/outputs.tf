output "host" {
  description = "The host name in the certificate of the database."
  value       = aws_db_instance.this.address
}

output "port" {
  description = "The port that the database listens on."
  value       = aws_db_instance.this.port
}

output "database" {
  description = "The name of the database in the instance."
  value       = aws_db_instance.this.db_name
}

output "client_security_group_id" {
  description = "The security group that the client's pods carry."
  value       = aws_security_group.client.id
}

output "client_secret_name" {
  description = "The name in Secrets Manager of the client's user name and password."
  value       = aws_secretsmanager_secret.client.name
}

output "client_secret_arn" {
  description = "The ARN of that secret."
  value       = aws_secretsmanager_secret.client.arn
}

output "master_secret_arn" {
  description = "The ARN of the secret with the master password, which RDS rotates."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}

output "key_arn" {
  description = "The KMS key of data, backups and passwords."
  value       = aws_kms_key.this.arn
}
