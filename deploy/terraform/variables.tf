variable "region" {
  description = "Where all of it is"
  type        = string
  default     = "eu-central-1"
}

variable "vpc_id" {
  description = "The network of the cluster"
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets in at least two zones, those of 10.0.64.0/20 in the NetworkPolicy"
  type        = list(string)
  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "Name subnets in at least two zones."
  }
}

variable "cluster_security_group_id" {
  description = "The security group of the cluster's pods: nobody else reaches database and Valkey"
  type        = string
}

variable "host" {
  description = "The public name, such as events.example"
  type        = string
}

variable "origin" {
  description = "The name of the ingress, to which the CDN goes by https"
  type        = string
}

variable "certificate_arn" {
  description = "ACM's certificate for `host`, in us-east-1, as CloudFront wants it"
  type        = string
}

variable "web_acl_arn" {
  description = "A WAF's rules for CloudFront (us-east-1), with the managed rule set of known bad inputs"
  type        = string
}

variable "alarm_topic_arn" {
  description = "Who is told when the database's events say so (SNS)"
  type        = string
}

variable "database_class" {
  description = "Of the primary and of the replica (docs/operations/capacity.md)"
  type        = string
  default     = "db.r7g.large"
}

variable "valkey_node" {
  description = "Of each node of Valkey"
  type        = string
  default     = "cache.r7g.large"
}
