# The managed parts of an installation at AWS: PostgreSQL with a replica, Valkey, the bucket of pictures and backups, the CDN before the site. The
# cluster and the network are given: most have them already (docs/operations/terraform.md). `terraform init` fetches the provider.
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.7"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { application = "nocturne" }
  }
}

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}

# One key for all that is at rest; it is turned every year.
resource "aws_kms_key" "nocturne" {
  description             = "Nocturne: database, Valkey, buckets"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
}

data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:the policy of a key names its account's owner and itself, as AWS documents it
  #checkov:skip=CKV_AWS_111:as above
  #checkov:skip=CKV_AWS_356:as above, `*` is the key itself
  statement {
    sid       = "Owner"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:${data.aws_partition.here.partition}:iam::${data.aws_caller_identity.here.account_id}:root"]
    }
  }
  statement {
    sid       = "Logs"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["logs.${var.region}.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
  }
}
