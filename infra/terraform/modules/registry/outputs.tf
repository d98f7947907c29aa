output "repository_urls" {
  description = "Where each image is pushed to and pulled from."
  value       = { for image, repository in aws_ecr_repository.this : image => repository.repository_url }
}

output "image_cache" {
  description = "What takes the place of docker.io in the names of images. Null: nothing."
  value       = var.docker_hub_secret_arn == null ? null : "${data.aws_caller_identity.this.account_id}.dkr.ecr.${data.aws_region.this.region}.amazonaws.com/${local.cache_prefix}"
}
