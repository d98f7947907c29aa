output "topic_arn" {
  description = "The topic that alarms and budget publish to."
  value       = aws_sns_topic.this.arn
}
