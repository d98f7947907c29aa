output "role_arns" {
  description = "The roles of the pipeline: plan, apply and push."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}

output "boundary_arn" {
  description = "The permissions boundary that every role of the platform must carry."
  value       = aws_iam_policy.boundary.arn
}
