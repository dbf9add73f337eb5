"""Walks ACM's table of operations and errors: prints the table as boto3's model has it, then what boto3 raised for each
row that can be brought about, one JSON object a line.

Usage: acm_rows.py ENDPOINT ACCESS_KEY SECRET_KEY CERTIFICATE PRIVATE_KEY CHAIN
"""

import json
import pathlib
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, ACCESS_KEY, SECRET_KEY = sys.argv[1:4]
CERTIFICATE, PRIVATE_KEY, CHAIN = (pathlib.Path(file).read_bytes() for file in sys.argv[4:7])
UNKNOWN = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-0000-4000-8000-000000000000"
NO_CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:thing/1"
NO_ARN = "certificate number five"
TAG = {"Key": "team", "Value": "edge"}


def client(service):
    # The server must find what boto3 would find itself, and LimitExceededException counts as throttling there.
    return boto3.client(
        service,
        endpoint_url=ENDPOINT,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=120),
    )


acm = client("acm")


def row(operation, error, **parameters):
    """Calls, and prints what came of it."""
    method = "".join("_" + c.lower() if c.isupper() else c for c in operation).strip("_")
    try:
        answer = getattr(acm, method)(**parameters)
        line = {"exception": "none", "message": str(answer)}
    except ClientError as refused:
        line = {
            "exception": type(refused).__name__,
            "code": refused.response["Error"]["Code"],
            "status": refused.response["ResponseMetadata"]["HTTPStatusCode"],
            "message": refused.response["Error"]["Message"],
        }
    print(json.dumps({"row": operation + " " + error + "Exception", **line}), flush=True)


def request(name, **more):
    return acm.request_certificate(DomainName=name, ValidationMethod="DNS", **more)["CertificateArn"]


def imported(**more):
    return acm.import_certificate(
        Certificate=CERTIFICATE, PrivateKey=PRIVATE_KEY, CertificateChain=CHAIN, **more
    )["CertificateArn"]


def issued(arn):
    for _ in range(450):
        if acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED":
            return arn
        time.sleep(0.2)
    raise SystemExit("gave up waiting for " + arn)


def tags(prefix, count):
    return [{"Key": prefix + str(n), "Value": "v"} for n in range(count)]


def serve_disabled(arn):
    """A distribution that is switched off uses its certificate all the same."""
    origin = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "rows",
            "Comment": "",
            "Enabled": False,
            "Aliases": {"Quantity": 1, "Items": ["served.rows.example"]},
            "Origins": {
                "Quantity": 1,
                "Items": [{"Id": "app", "DomainName": "127.0.0.1", "CustomOriginConfig": origin}],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "app",
                "ViewerProtocolPolicy": "redirect-to-https",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
            "ViewerCertificate": {
                "ACMCertificateArn": arn,
                "SSLSupportMethod": "sni-only",
                "MinimumProtocolVersion": "TLSv1.2_2021",
            },
        }
    )


model = acm.meta.service_model
print(
    json.dumps(
        {
            "model": {
                name: [shape.name for shape in model.operation_model(name).error_shapes]
                for name in model.operation_names
            }
        }
    )
)

lightsail = client("lightsail")
lightsail.create_domain(domainName="rows.example")
lightsail.create_certificate(certificateName="mine", domainName="light.rows.example")
plain = request("plain.rows.example")
served = request("served.rows.example")
exportable = request("export.rows.example", Options={"Export": "ENABLED"})
pending = request("nowhere.unproven.example")
foreign = imported()
for requested in (plain, served, exportable):
    issued(requested)
serve_disabled(served)
lightsails = next(
    found["CertificateArn"]
    for found in acm.list_certificates(Includes={"keyTypes": ["RSA_2048", "EC_prime256v1"]})["CertificateSummaryList"]
    if found["DomainName"] == "light.rows.example"
)

# What every operation on a certificate answers to an ARN that is not one.
BY_ARN = {
    "DescribeCertificate": {},
    "GetCertificate": {},
    "DeleteCertificate": {},
    "ExportCertificate": {"Passphrase": b"four"},
    "RenewCertificate": {},
    "RevokeCertificate": {"RevocationReason": "SUPERSEDED"},
    "ResendValidationEmail": {"Domain": "plain.rows.example", "ValidationDomain": "rows.example"},
    "UpdateCertificateOptions": {"Options": {"CertificateTransparencyLoggingPreference": "ENABLED"}},
    "AddTagsToCertificate": {"Tags": [TAG]},
    "RemoveTagsFromCertificate": {"Tags": [TAG]},
    "ListTagsForCertificate": {},
    "ImportCertificate": {"Certificate": CERTIFICATE, "PrivateKey": PRIVATE_KEY, "CertificateChain": CHAIN},
}
for operation, others in BY_ARN.items():
    row(operation, "InvalidArn", CertificateArn=NO_CERTIFICATE, **others)
    row(operation, "ResourceNotFound", CertificateArn=UNKNOWN, **others)
    row(operation, "Validation", CertificateArn=NO_ARN, **others)

row("RequestCertificate", "Validation", DomainName="a.*.rows.example", ValidationMethod="DNS")
row("RequestCertificate", "InvalidParameter", DomainName="a.rows.example", ValidationMethod="EMAIL")
row(
    "RequestCertificate",
    "InvalidArn",
    DomainName="a.rows.example",
    CertificateAuthorityArn="arn:aws:acm-pca:us-east-1:111122223333:thing/1",
)
row("RequestCertificate", "InvalidTag", DomainName="a.rows.example", Tags=[{"Key": "aws:x", "Value": "y"}])
row(
    "RequestCertificate",
    "InvalidDomainValidationOptions",
    DomainName="a.rows.example",
    DomainValidationOptions=[{"DomainName": "a.rows.example", "ValidationDomain": "other.example"}],
)
row(
    "RequestCertificate",
    "LimitExceeded",
    DomainName="rows.example",
    SubjectAlternativeNames=[f"n{n}.rows.example" for n in range(10)],
)

row(
    "ImportCertificate",
    "InvalidTag",
    Certificate=CERTIFICATE,
    PrivateKey=PRIVATE_KEY,
    CertificateChain=CHAIN,
    Tags=[{"Key": "aws:x", "Value": "y"}],
)
row("ImportCertificate", "LimitExceeded", Certificate=CERTIFICATE, PrivateKey=PRIVATE_KEY, CertificateChain=CHAIN)

row("ListCertificates", "Validation", MaxItems=1001)
row("ListCertificates", "InvalidArgs", SortBy="CREATED_AT")

row("GetCertificate", "RequestInProgress", CertificateArn=pending)
row("ExportCertificate", "RequestInProgress", CertificateArn=pending, Passphrase=b"four")
row("RenewCertificate", "RequestInProgress", CertificateArn=pending)

row("DeleteCertificate", "ResourceInUse", CertificateArn=served)
row("DeleteCertificate", "AccessDenied", CertificateArn=lightsails)
row("RevokeCertificate", "ResourceInUse", CertificateArn=served, RevocationReason="SUPERSEDED")
acm.revoke_certificate(CertificateArn=plain, RevocationReason="SUPERSEDED")
row("RevokeCertificate", "Conflict", CertificateArn=plain, RevocationReason="SUPERSEDED")

row(
    "ResendValidationEmail",
    "InvalidState",
    CertificateArn=plain,
    Domain="plain.rows.example",
    ValidationDomain="rows.example",
)
row(
    "ResendValidationEmail",
    "InvalidDomainValidationOptions",
    CertificateArn=plain,
    Domain="plain.rows.example",
    ValidationDomain="other.example",
)
row("UpdateCertificateOptions", "InvalidState", CertificateArn=plain, Options={"Export": "ENABLED"})

row("AddTagsToCertificate", "InvalidTag", CertificateArn=plain, Tags=[{"Key": "aws:x", "Value": "y"}])
row("RemoveTagsFromCertificate", "InvalidTag", CertificateArn=plain, Tags=[{"Key": "aws:x"}])
acm.add_tags_to_certificate(CertificateArn=foreign, Tags=tags("k", 50))
row("AddTagsToCertificate", "TooManyTags", CertificateArn=foreign, Tags=[TAG])

row("PutAccountConfiguration", "Validation", IdempotencyToken="x", ExpiryEvents={"DaysBeforeExpiry": 0})
acm.put_account_configuration(IdempotencyToken="once", ExpiryEvents={"DaysBeforeExpiry": 30})
row("PutAccountConfiguration", "Conflict", IdempotencyToken="once", ExpiryEvents={"DaysBeforeExpiry": 31})

row("SearchCertificates", "Validation", FilterStatement={"Filter": {}})
found = acm.search_certificates(
    FilterStatement={
        "And": [
            {"Filter": {"X509AttributeFilter": {"Subject": {"CommonName": {"Value": "rows", "ComparisonOperator": "CONTAINS"}}}}},
            {"Not": {"Filter": {"AcmCertificateMetadataFilter": {"Status": "REVOKED"}}}},
        ]
    },
    SortBy="COMMON_NAME",
    SortOrder="ASCENDING",
)
names = [result["X509Attributes"]["Subject"]["CommonName"] for result in found["Results"]]
print(json.dumps({"found": names}))
