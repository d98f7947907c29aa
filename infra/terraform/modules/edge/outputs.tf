output "url" {
  description = "Where people open the platform."
  value       = "https://${var.domain}"
}

output "target_group_arn" {
  description = "The target group that the gateway's pods register with."
  value       = aws_lb_target_group.gateway.arn
}

output "redirect_target_group_arn" {
  description = "The target group of the gateway's port that redirects to HTTPS."
  value       = aws_lb_target_group.redirect.arn
}

output "arn_suffixes" {
  description = "The load balancer and the gateway's target group, as CloudWatch names them."
  value = {
    load_balancer_arn_suffix = aws_lb.this.arn_suffix
    target_group_arn_suffix  = aws_lb_target_group.gateway.arn_suffix
  }
}

output "load_balancer" {
  description = "The host name of the load balancer itself."
  value       = aws_lb.this.dns_name
}
