output "repository_urls" {
  description = "Where each image is pushed to and pulled from."
  value       = { for image, repository in aws_ecr_repository.this : image => repository.repository_url }
}
