output "bucket" {
  description = "The bucket for backend.hcl."
  value       = aws_s3_bucket.state.bucket
}
