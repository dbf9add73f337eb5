# A key group, as signed URLs want it.
variable "signing_key" {
  type = string
}

variable "key_name" {
  type    = string
  default = "films"
}

resource "aws_cloudfront_public_key" "signer" {
  name        = var.key_name
  comment     = "signs URLs"
  encoded_key = file(var.signing_key)
}

resource "aws_cloudfront_key_group" "films" {
  name  = "films"
  items = [aws_cloudfront_public_key.signer.id]
}
