#!/usr/bin/env python3
"""Trims AWS service descriptions (the service-2.json files botocore carries) to the facts this module reads.

usage: trim.py SOURCE.json > ../resources/dev/nameplate/wire/model/NAME.json

Kept: routing names, HTTP bindings, success and error statuses, members, constraints.
Dropped: all prose, examples, deprecation and serialisation hints (the SDK's classes carry the latter).
"""
import json
import re
import sys


def api(metadata):
    kept = ("apiVersion", "targetPrefix")
    return {key: metadata[key] for key in kept if key in metadata}


def operation(source):
    target = {"method": source["http"]["method"], "uri": source["http"]["requestUri"]}
    if source["http"].get("responseCode", 200) != 200:
        target["status"] = source["http"]["responseCode"]
    for side in ("input", "output"):
        if side in source:
            target[side] = source[side]["shape"]
    if "locationName" in source.get("input", {}):
        target["inputRoot"] = source["input"]["locationName"]
    return target


def shape(source):
    kept = ("type", "required", "min", "max", "pattern", "enum", "sensitive", "payload", "exception", "fault")
    target = {key: source[key] for key in kept if key in source}
    if "members" in source:
        target["members"] = {name: member["shape"] for name, member in sorted(source["members"].items())}
    for part in ("member", "value"):
        if part in source:
            target["element"] = source[part]["shape"]
    for fact in ("code", "httpStatusCode"):
        if fact in source.get("error", {}):
            target[fact] = source["error"][fact]
    return target


def one_a_line(table):
    lines = (json.dumps(name) + ":" + json.dumps(table[name], separators=(",", ":")) for name in sorted(table))
    return "{\n" + ",\n".join(lines) + "\n}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        source = json.load(file)
    # CloudFront's operation names end in the API's date; the SDKs and the documentation leave it out.
    suffix = re.compile(source["metadata"]["apiVersion"].replace("-", "_") + "$")
    operations = {suffix.sub("", name): operation(op) for name, op in source["operations"].items()}
    shapes = {name: shape(one) for name, one in source["shapes"].items()}
    print('{"api":' + json.dumps(api(source["metadata"]), separators=(",", ":")) + ",")
    print('"operations":' + one_a_line(operations) + ",")
    print('"shapes":' + one_a_line(shapes) + "}")


main()
