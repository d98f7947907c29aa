output "name" {
  description = "The name of the cluster."
  value       = aws_eks_cluster.this.name
}

output "arn" {
  description = "The ARN of the cluster."
  value       = aws_eks_cluster.this.arn
}

output "endpoint" {
  description = "Where the API server answers."
  value       = aws_eks_cluster.this.endpoint
}

output "certificate_authority" {
  description = "The API server's certificate authority, in base64."
  value       = aws_eks_cluster.this.certificate_authority[0].data
}

output "node_security_group_id" {
  description = "The security group of nodes and pods."
  value       = aws_security_group.node.id
}

output "node_role_name" {
  description = "The role of the nodes."
  value       = aws_iam_role.node.name
}

output "pod_log_group" {
  description = "The log group of the pods."
  value       = aws_cloudwatch_log_group.pods.name
}

output "log_group" {
  description = "The log group of the control plane."
  value       = aws_cloudwatch_log_group.cluster.name
}
