resource "aws_acm_certificate" "this" {
  domain_name       = var.domain
  validation_method = "DNS"
  lifecycle {
    create_before_destroy = true
  }
}

locals {
  validation = { for option in aws_acm_certificate.this.domain_validation_options : option.domain_name => option }
}

resource "aws_route53_record" "validation" {
  for_each = toset([var.domain]) # known before the certificate is
  zone_id  = var.zone_id
  name     = local.validation[each.key].resource_record_name
  type     = local.validation[each.key].resource_record_type
  records  = [local.validation[each.key].resource_record_value]
  ttl      = 300
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_security_group" "this" {
  name        = "${var.name}-edge"
  description = "The load balancer in front of the gateway"
  vpc_id      = var.vpc_id
  tags        = { Name = "${var.name}-edge" }
}

resource "aws_vpc_security_group_ingress_rule" "https" {
  security_group_id = aws_security_group.this.id
  description       = "HTTPS from everywhere"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# The gateway answers each request there with a redirect to HTTPS.
resource "aws_vpc_security_group_ingress_rule" "http" {
  #checkov:skip=CKV_AWS_260:plain HTTP is redirected to HTTPS, by the Gateway that the mesh renders
  security_group_id = aws_security_group.this.id
  description       = "HTTP from everywhere, to be redirected"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
}

resource "aws_vpc_security_group_egress_rule" "gateway" {
  for_each                     = var.gateway
  security_group_id            = aws_security_group.this.id
  description                  = "To the gateway: ${each.key}"
  referenced_security_group_id = var.node_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

resource "aws_vpc_security_group_ingress_rule" "gateway" {
  for_each                     = var.gateway
  security_group_id            = var.node_security_group_id
  description                  = "Load balancer to the gateway: ${each.key}"
  referenced_security_group_id = aws_security_group.this.id
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
}

# Terraform knows the load balancer, so destroying never waits for one that a controller made.
resource "aws_lb" "this" {
  #checkov:skip=CKV2_AWS_20:a network load balancer cannot redirect; the gateway behind port 80 does
  name                             = "${var.name}-edge"
  load_balancer_type               = "network"
  internal                         = false
  subnets                          = var.subnet_ids
  security_groups                  = [aws_security_group.this.id]
  enable_cross_zone_load_balancing = true
  enable_deletion_protection       = var.deletion_protection

  access_logs {
    bucket  = aws_s3_bucket.logs.id
    enabled = true
  }

  depends_on = [aws_s3_bucket_policy.logs]
}

# The pods behind it register through the TargetGroupBinding of deploy/eks-*.
resource "aws_lb_target_group" "gateway" {
  name               = "${var.name}-gateway"
  vpc_id             = var.vpc_id
  target_type        = "ip"
  protocol           = "TLS"
  port               = var.gateway.port
  preserve_client_ip = "true"

  # Shorter than the gateway drains (terminationDrainDuration of infra/istio/eks): what is still sent to a pod is still served.
  deregistration_delay = 15

  health_check {
    protocol            = "HTTP"
    port                = var.gateway.health_port
    path                = "/healthz/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_target_group" "redirect" {
  name                 = "${var.name}-redirect"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "TCP"
  port                 = var.gateway.http_port
  preserve_client_ip   = "true"
  deregistration_delay = 15

  health_check {
    protocol            = "HTTP"
    port                = var.gateway.health_port
    path                = "/healthz/ready"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }
}

resource "aws_lb_listener" "http" {
  #checkov:skip=CKV_AWS_2:a network load balancer cannot redirect; the gateway behind it does
  #checkov:skip=CKV_AWS_103:it forwards plain HTTP to the gateway's redirect
  load_balancer_arn = aws_lb.this.arn
  protocol          = "TCP"
  port              = 80

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.redirect.arn
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  protocol          = "TLS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  alpn_policy       = "HTTP2Preferred"
  certificate_arn   = aws_acm_certificate_validation.this.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.gateway.arn
  }
}

resource "aws_route53_record" "this" {
  zone_id = var.zone_id
  name    = var.domain
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}
