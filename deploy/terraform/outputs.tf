output "database" {
  description = "The address of the primary; its user and password stand in the secret below"
  value       = aws_db_instance.primary.endpoint
}

output "database_replica" {
  description = "The address of the replica: for DATABASE_REPLICA_URL (docs/replicas.md), for reports and for a takeover"
  value       = aws_db_instance.replica.endpoint
}

output "database_secret" {
  description = "Secrets Manager's object with the password"
  value       = aws_db_instance.primary.master_user_secret[0].secret_arn
}

output "valkey" {
  description = "REDIS_URL, as rediss://"
  value       = "rediss://:${random_password.valkey.result}@${aws_elasticache_replication_group.nocturne.primary_endpoint_address}:6379/0"
  sensitive   = true
}

output "buckets" {
  description = "PICTURES_BUCKET, and where backups go"
  value       = { for name, bucket in aws_s3_bucket.nocturne : name => bucket.bucket }
}

output "cdn" {
  description = "Where the DNS name of the site leads"
  value       = aws_cloudfront_distribution.site.domain_name
}
