output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "vpc_cidr" {
  description = "The addresses of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "Subnets that face the internet, one a zone."
  value       = [for zone in var.zones : aws_subnet.public[zone].id]

  # A load balancer that faces the internet needs the way there, and must be gone before it is.
  depends_on = [aws_route.internet, aws_route_table_association.public]
}

output "private_subnet_ids" {
  description = "Subnets of nodes and pods, one a zone."
  value       = [for zone in var.zones : aws_subnet.private[zone].id]

  # Nodes that start without a way out never join.
  depends_on = [aws_route.nat, aws_route_table_association.private]
}

output "database_subnet_ids" {
  description = "Subnets of the database, one a zone, without a route out."
  value       = [for zone in var.zones : aws_subnet.database[zone].id]
}
