# A distribution that serves signed URLs only.
variable "signing_key" { type = string }

variable "origin_port" { type = number }

resource "aws_cloudfront_public_key" "signer" {
  name        = "films"
  comment     = "signs URLs"
  encoded_key = file(var.signing_key)
}

resource "aws_cloudfront_key_group" "films" {
  name  = "films"
  items = [aws_cloudfront_public_key.signer.id]
}

resource "aws_cloudfront_distribution" "films" {
  enabled             = true
  wait_for_deployment = false

  origin {
    origin_id   = "films"
    domain_name = "127.0.0.1"
    custom_origin_config {
      http_port              = var.origin_port
      https_port             = 443
      origin_protocol_policy = "http-only"
      origin_ssl_protocols   = ["TLSv1.2"]
    }
  }

  default_cache_behavior {
    target_origin_id       = "films"
    viewer_protocol_policy = "https-only"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = "658327ea-f89d-4fab-a63d-7e88639e58f6"
    trusted_key_groups     = [aws_cloudfront_key_group.films.id]
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = true
  }
}

output "name" { value = aws_cloudfront_distribution.films.domain_name }
output "key" { value = aws_cloudfront_public_key.signer.id }
