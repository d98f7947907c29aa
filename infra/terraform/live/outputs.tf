output "region" {
  description = "The AWS region."
  value       = var.region
}

output "cluster_name" {
  description = "The name of the cluster."
  value       = module.cluster.name
}

output "repositories" {
  description = "Where each image is pushed to and pulled from."
  value       = module.registry.repository_urls
}

output "image_cache" {
  description = "What takes the place of docker.io in the names of images. Null: nothing."
  value       = module.registry.image_cache
}

output "database" {
  description = "How the clients reach the database, and where its passwords are."
  value = {
    host                     = module.database.host
    port                     = module.database.port
    database                 = module.database.database
    client_security_group_id = module.database.client_security_group_id
    client_logins            = module.database.client_logins
    client_password_version  = module.database.client_password_version
    master_secret_arn        = module.database.master_secret_arn
  }
}

output "node_security_group_id" {
  description = "The security group that every pod needs beside its own."
  value       = module.cluster.node_security_group_id
}

output "edge" {
  description = "Where people open the platform, and the target groups of the gateway."
  value = {
    url                       = module.edge.url
    target_group_arn          = module.edge.target_group_arn
    redirect_target_group_arn = module.edge.redirect_target_group_arn
  }
}

output "ci_role_arns" {
  description = "The roles of the pipeline: plan, apply and push."
  value       = module.ci.role_arns
}
