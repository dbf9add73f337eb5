terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "endpoint" { type = string }

provider "aws" {
  region = "us-east-1"
  endpoints {
    acm        = var.endpoint
    cloudfront = var.endpoint
    lightsail  = var.endpoint
    sts        = var.endpoint
  }
}
