output "role_arns" {
  description = "The roles of the pipeline: plan, apply and push."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}
