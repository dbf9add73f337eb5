variable "bundle" { type = string }

resource "aws_lightsail_distribution" "site" {
  name      = "site"
  bundle_id = var.bundle
  origin {
    name            = "origin.tf.example"
    protocol_policy = "http-only"
    region_name     = "us-east-1"
  }
  default_cache_behavior {
    behavior = "cache"
  }
  cache_behavior {
    path     = "/live/*"
    behavior = "dont-cache"
  }
  cache_behavior_settings {
    allowed_http_methods = "GET,HEAD,OPTIONS,PUT,PATCH,POST,DELETE"
    cached_http_methods  = "GET,HEAD"
    default_ttl          = 86400
    maximum_ttl          = 31536000
    minimum_ttl          = 0
    forwarded_cookies {
      option = "none"
    }
    forwarded_headers {
      option             = "allow-list"
      headers_allow_list = ["Origin"]
    }
    forwarded_query_strings {
      option = false
    }
  }
  tags = {
    env = "dev"
  }
}
